"""`hotline calls`, `hotline watch`, `hotline figure` and `hotline probe`."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import Any

from cti.base.times.business_time import ZONE
from cti.process.watching import figure_command, probe_command
from cti.process.watching.asking import add_login, ask
from cti.process.watching.client import CannotAsk, Client


def add_commands(commands: Any) -> None:
    """Add `hotline calls`, `watch`, `figure` and `probe`."""
    figure_command.add_commands(commands)
    probe_command.add_commands(commands)
    calls = commands.add_parser("calls", help="calls and their stories: events, CDR, recording, satisfaction")
    calls.add_argument("call", nargs="?", help="a call's id: tells its whole story; `last` is the newest call")
    calls.add_argument("--number", default="", help="caller's number, or its last four digits")
    calls.add_argument("--agent", default="", help="agent number")
    calls.add_argument("--queue", default="", help="queue")
    calls.add_argument("--size", type=int, default=20, help="how many (default 20)")
    calls.add_argument("--page", type=int, default=1)
    calls.add_argument("--json", action="store_true", help="as JSON")
    add_login(calls)
    calls.set_defaults(run=lambda args: ask(args, _calls))
    watch = commands.add_parser("watch", help="the live story of calls, agents and queues")
    watch.add_argument("--json", action="store_true", help="one JSON object an event")
    add_login(watch)
    watch.set_defaults(run=lambda args: ask(args, _watch))


async def _calls(client: Client, args: argparse.Namespace) -> int:
    if args.call:
        call = args.call
        if call == "last":
            newest = (await client.get("/api/calls", size=1))["items"]
            if not newest:
                raise CannotAsk("there is no call yet")
            call = newest[0]["id"]
        found = await client.get(f"/api/calls/{call}")
        print(json.dumps(found, ensure_ascii=False, indent=2) if args.json else story(found))
        return 0
    query = {"number": args.number, "agent": args.agent, "queue": args.queue, "size": args.size, "page": args.page}
    found = await client.get("/api/calls", **query)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for one in found["items"]:
        print(_row(one))
    print(f"{found['total']} calls" + ("" if found["items"] else " (none yet: try `hotline call 12345`)"))
    return 0


def _row(one: dict[str, Any]) -> str:
    agents = ",".join(one["agents"]) or "-"
    rated = one["satisfaction"] or "-"
    return (
        f"{one['id']}  {_clock(one['arrived_at'], date=True)}  {one['caller']:<12} → {one['called']}  "
        f"{one['reason'] or one['state']:<15} queue {one['queue'] or '-':<10} agents {agents:<10} "
        f"wait {one['wait_seconds']:.0f} s  talk {one['talk_seconds']:.0f} s  rated {rated}  "
        f"recordings {len(one['recordings'])}"
    )


def story(found: dict[str, Any]) -> str:
    """A call's whole story as text."""
    lines = [_row(found), "", "events"]
    lines += [f"  {_clock(one['at'])}  {one['type']:<18} {_details(one['details'])}" for one in found["events"]]
    lines += ["", "cdr of the switch"]
    lines += [
        f"  {_clock(one['started_at'])}  leg {one['leg']}  {one['disposition']:<10} {one['seconds']:.1f} s"
        for one in found["cdr"]
    ]
    lines += ["", "recordings"]
    lines += [f"  {one}  /api/recordings/{one}/audio" for one in found["recordings"]]
    return "\n".join(lines)


async def _watch(client: Client, args: argparse.Namespace) -> int:
    async for message in client.follow("story"):
        change = message.get("change")
        if change is None:
            continue
        if args.json:
            print(json.dumps(change, ensure_ascii=False), flush=True)
        else:
            who = change.get("call", "")[-6:] or change["details"].get("agent") or change["details"].get("queue", "")
            print(f"{_clock(change['at'])}  {who:<8} {change['type']:<18} {_details(change['details'])}", flush=True)
    return 0


def _details(details: dict[str, Any]) -> str:
    return "  ".join(f"{key} {_said(value)}" for key, value in details.items() if value not in ("", None, []))


def _said(value: object) -> object:
    """Numbers to the millisecond: `0.000129938` tells a reader no more than `0`."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def _clock(text: str, *, date: bool = False) -> str:
    at = datetime.fromisoformat(text).astimezone(ZONE)
    return at.strftime("%m-%d %H:%M:%S" if date else "%H:%M:%S.%f")[: None if date else -3]
