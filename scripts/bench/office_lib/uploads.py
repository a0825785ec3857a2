"""Uploads a file through the real host, from a process of its own, and counts what that costs the engine."""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from cti.base.clock import LoopClock
from cti.base.http.guard import COOKIE, csrf_of
from cti.base.settings import FileSettings, HttpSettings
from cti.base.visitor import Visitor
from cti.office.files import api
from cti.office.files.service import Files
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.web.host import Web

TOKEN = "an-upload-of-the-bench"  # noqa: S105 # names an upload
SESSION = "session"
VISITOR = Visitor("01BENCH", "bench", "bench", None, "city", "320400", session=SESSION)
CLIENT = """
import http.client, json, os, sys
port, cookie, csrf, token, size = int(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5])
head = {"Cookie": cookie, "X-CSRF": csrf, "User-Agent": "bench"}
line = http.client.HTTPConnection("127.0.0.1", port)
body = json.dumps({"token": token, "name": "bench.txt", "size": size})
line.request("POST", "/api/uploads", body, {**head, "Content-Type": "application/json"})
answer = line.getresponse(); said = answer.read()
assert answer.status == 201, said
block = b"0123456789abcdef" * 65536
def pieces():
    left = size
    while left:
        yield block[:left]
        left -= min(left, len(block))
line.request("PATCH", f"/api/uploads/{token}?offset=0", pieces(), {**head, "Content-Length": str(size)})
answer = line.getresponse(); said = answer.read()
assert answer.status == 200 and json.loads(said)["done"], said
"""


class _Sessions:
    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        return VISITOR if token == SESSION else None


async def upload(megabytes: int) -> str:
    """The line to print: megabytes a CPU second and a second, and by how much memory grew."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        store = await Store.open(None, Path(folder))
        await migrate(store)
        files = Files(store, LoopClock(), FileSettings(max_mb=8192))
        web = Web(_Sessions(), settings=HttpSettings())
        web.add(api.routes(files))
        await web.start("127.0.0.1", 0)
        try:
            # A small one first: what is imported and opened once is none of an upload's cost.
            await _send(web.port, 1, f"{TOKEN}-first")
            before = resource.getrusage(resource.RUSAGE_SELF)
            begun, used = time.monotonic(), time.process_time()
            await _send(web.port, megabytes, TOKEN)
            seconds, cpu = time.monotonic() - begun, time.process_time() - used
            after = resource.getrusage(resource.RUSAGE_SELF)
        finally:
            await web.stop()
            files.uploads.close()
            await store.close()
    grown = (after.ru_maxrss - before.ru_maxrss) / 1024
    return (
        f"upload of {megabytes} MB, sealed: {megabytes / cpu:.0f} MB a CPU second (aim: 80), "
        f"{megabytes / seconds:.0f} MB/s on this machine now; memory grew by {grown:.1f} MB (aim: at most 50)"
    )


async def _send(port: int, megabytes: int, token: str) -> None:
    size = str(megabytes * 1_000_000)
    words = (str(port), f"{COOKIE}={SESSION}", csrf_of(SESSION), token, size)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", CLIENT, *words)
    if await process.wait():
        raise RuntimeError("the upload failed")
