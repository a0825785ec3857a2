"""`hotline audit verify|seal|list`: the audit from the command line."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cti.base.settings import Settings
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.service import Identity

PAGE = 500


def add_audit(subparsers: Any, runs: Any) -> None:
    """Add `audit`; `runs(parser, work)` lets a parser do its work on the services of identity."""
    audit = subparsers.add_parser("audit", help="who did what").add_subparsers(required=True, metavar="COMMAND")
    verifying = audit.add_parser("verify", help="find changed, removed and inserted entries; exit code 1 names them")
    verifying.add_argument("--against", type=Path, metavar="COPY", help="a copy of the seals that was kept elsewhere")
    runs(verifying, _verify)
    runs(
        audit.add_parser("seal", help="sign the newest entry; prints it and the public key, to be kept elsewhere"),
        _seal,
    )
    listing = audit.add_parser("list", help="list entries, the newest first")
    listing.add_argument("--days", type=float, default=1.0, help="how far back (default: 1)")
    listing.add_argument("--login", default="", help="of whom")
    listing.add_argument("--action", default="", help="how the action begins, such as person.")
    listing.add_argument("--subject", default="", help="how the subject begins, such as call:")
    runs(listing, _list)


async def _verify(identity: Identity, _settings: Settings, _visitor: Visitor, arguments: argparse.Namespace) -> int:
    proof, sealed = await identity.audit.verify(), await identity.seals.verify()
    findings = [*proof.findings, *sealed.findings]
    if arguments.against is not None:
        if not arguments.against.is_file():
            print(f"{arguments.against}: no such file", file=sys.stderr)
            return 2
        findings += (await identity.seals.verify_against(arguments.against)).findings
    for one in findings:
        print(one)
    problems = len(findings) or "no"
    print(f"{proof.entries} entries, {sealed.seals} signed seals, {problems} problems", file=sys.stderr)
    return 1 if findings else 0


async def _seal(identity: Identity, _settings: Settings, _visitor: Visitor, _arguments: argparse.Namespace) -> int:
    seal = await identity.seals.add()
    print("nothing new since the last seal" if seal is None else f"#{seal.sequence}\t{seal.hash}\t{seal.key}")
    return 0


async def _list(identity: Identity, _settings: Settings, visitor: Visitor, arguments: argparse.Namespace) -> int:
    wanted = AuditFilter(
        login=arguments.login,
        action=arguments.action,
        subject=arguments.subject,
        since=datetime.now(ZONE) - timedelta(days=arguments.days),
    )
    await identity.audit.look(visitor, "audit.read", "audit:list", {"days": arguments.days})
    page = 1
    while True:
        found = await identity.audit.find(visitor, wanted, page, PAGE)
        for row in found.rows:
            at = row.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
            print("\t".join((str(row.sequence), at, row.login, row.address or "-", row.action, row.subject)))
        if page * PAGE >= found.total:
            return 0
        page += 1
