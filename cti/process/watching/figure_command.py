"""`hotline figure NAME`: a figure over a period as the reports have it, with its parts."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

from cti.process.watching.asking import add_login, ask
from cti.process.watching.client import CannotAsk, Client


def add_commands(commands: Any) -> None:
    """Add `hotline figure`."""
    figure = commands.add_parser(
        "figure", help="a figure over a period", description="The value of a figure, as reports and tiles have it."
    )
    figure.add_argument("name", nargs="?", help="the figure's name; without one all figures are listed")
    figure.add_argument("--period", default="this_month", help="today, last_week, last_year … (%(default)s)")
    figure.add_argument("--from", dest="since", type=_day, help="the first day, such as 2026-01-01; needs --to")
    figure.add_argument("--to", dest="until", type=_day, help="the last day")
    figure.add_argument("--by", default="", help="split by up to three things, with commas: organisation,month")
    figure.add_argument("--compare", action="store_true", help="beside the period before and the year before")
    figure.add_argument("--json", action="store_true", help="as JSON")
    add_login(figure)
    figure.set_defaults(run=_run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-01-31") from None


def _run(args: argparse.Namespace) -> int:
    if (args.since is None) != (args.until is None):
        raise SystemExit("hotline figure: --from and --to go together")
    return ask(args, _all if args.name is None else _one)


async def _all(client: Client, args: argparse.Namespace) -> int:
    found = await client.get("/api/figure_options")
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for one in found:
        print(f"{one['value']:<28} {one['title']} ({one['unit']})  by {', '.join(one['splits'])}")
    return 0


async def _one(client: Client, args: argparse.Namespace) -> int:
    query: dict[str, Any] = {"period": args.period, "by": args.by, "compare": "true" if args.compare else "false"}
    if args.since is not None:
        query |= {"period": "own", "since": args.since.isoformat(), "until": args.until.isoformat()}
    known = {one["value"] for one in await client.get("/api/figure_options")}
    if args.name not in known:
        raise CannotAsk(f"there is no figure {args.name}; `hotline figure` lists them")
    found = await client.get(f"/api/figures/{args.name}/value", **query)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    print(f"{found['title']}, {found['period']} ({found['since'][:10]} – {found['until'][:10]}), in {found['unit']}")
    for cell in [found["total"], *found["cells"]]:
        name = " / ".join(cell["titles"]) or "all"
        print(f"{name:<32} {_said(cell['now'])}{_earlier(cell)}")
    return 0


def _said(value: dict[str, Any]) -> str:
    parts = [f"{key} {value[key]:g}" for key in ("numerator", "denominator", "pending") if value[key] is not None]
    number = "-" if value["value"] is None else f"{value['value']:.2f}"
    return f"{number:>10}  {'  '.join(parts)}"


def _earlier(cell: dict[str, Any]) -> str:
    told = [
        f"{title} {cell[key]['value']:.2f}"
        for key, title in (("before", "before"), ("year_ago", "a year ago"))
        if cell[key] is not None and cell[key]["value"] is not None
    ]
    return f"  ({', '.join(told)})" if told else ""
