"""`hotline tickets import FILE`: hands an old system's table to the running hotline and says what becomes of it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cti.base.cli_settings import server_url
from cti.base.files.documents import DocumentError
from cti.base.ids import new_id

if TYPE_CHECKING:
    import aiohttp

IMPORTS, MAPPINGS = "/api/tickets/imports", "/api/tickets/import_mappings"
AT_WORK = ("looking", "working", "stopping")
"""States of an import that goes on."""
KEY = "HOTLINE_KEY"
LOOK_SECONDS = 1.0
SHOWN = 20


class Refused(Exception):
    """What the hotline said instead."""


def add_command(commands: Any) -> None:
    """Add `hotline tickets import`."""
    parser = commands.add_parser(
        "import", help="take over an old system's tickets from a table (.xlsx, .csv); exit code 1 when rows are wrong",
        description=f"A key with the right 导入历史工单 stands in {KEY}.",
    )  # fmt: skip
    parser.add_argument("file", type=Path)
    parser.add_argument("--mapping", default="", help="the name of a mapping (导入对照); none: the template's columns")
    parser.add_argument("--try", dest="dry", action="store_true", help="look at all rows and store nothing")
    parser.set_defaults(run=lambda arguments: asyncio.run(_import(arguments)))


async def _import(arguments: argparse.Namespace) -> int:
    # Only now: other commands do not wait for it.
    import aiohttp

    key = os.environ.get(KEY, "")
    if not key or not arguments.file.is_file():
        print(f"no key in {KEY}" if not key else f"no such file: {arguments.file}", file=sys.stderr)
        return 2
    try:
        async with aiohttp.ClientSession(server_url(), headers={"Authorization": f"Bearer {key}"}) as client:
            return await _through(client, arguments)
    except (Refused, aiohttp.ClientError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2


async def _through(client: aiohttp.ClientSession, arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    mapping = await _mapping(client, arguments.mapping) if arguments.mapping else None
    token, size = new_id(), file.stat().st_size
    await _ask(client, "POST", "/api/uploads", json={"token": token, "name": file.name, "size": size})
    with file.open("rb") as content:
        await _ask(client, "PATCH", f"/api/uploads/{token}?offset=0", data=content)
    body = {"title": file.stem[:120].ljust(2, "-"), "mapping": mapping, "files": [token]}
    id = (await _ask(client, "POST", IMPORTS, json=body))["id"]
    found = await _ask(client, "POST", f"{IMPORTS}/{id}/{'look' if arguments.dry else 'take'}")
    while found["state"] in AT_WORK:
        await asyncio.sleep(LOOK_SECONDS)
        found = await _ask(client, "GET", f"{IMPORTS}/{id}")
        print(f"\rrow {found['place']}", end="", file=sys.stderr, flush=True)
    print(f"\r{found['good']} good, {found['again']} here before, {found['bad']} wrong", file=sys.stderr)
    if found["message"]:
        print(found["message"], file=sys.stderr)
    wrong = await _ask(client, "GET", f"{IMPORTS}/{id}/faults?size={SHOWN}")
    for one in wrong["items"]:
        print(f"{one['row']}\t{one['field']}\t{one['detail']}")
    if wrong["total"] > SHOWN:
        print(f"{wrong['total'] - SHOWN} more: page 历史工单导入, {found['title']}", file=sys.stderr)
    return 1 if found["bad"] or found["state"] == "failed" else 0


async def _mapping(client: aiohttp.ClientSession, name: str) -> str:
    for one in await _ask(client, "GET", f"{MAPPINGS}/choices"):
        if one["title"] == name:
            return str(one["value"])
    raise Refused(f"no mapping {name}")


async def _ask(client: aiohttp.ClientSession, method: str, path: str, **said: Any) -> Any:
    async with client.request(method, path, **said) as response:
        found = await response.json(content_type=None) if response.status != 204 else None
        if response.status >= 400:
            raise Refused(f"{response.status}: {(found or {}).get('detail', '')}")
        return found
