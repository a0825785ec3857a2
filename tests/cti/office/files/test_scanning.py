"""Virus scanning over clamd's protocol, against a small clamd; SQLite, for the database has no part in it."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cti.base.settings import FileSettings
from cti.office.files.scanning import Clamd, ScannerProblem, Verdict
from cti.office.files.service import SCANNER
from cti.store.engine import Store
from tests.cti.office.boxes import Depot, depot

__all__ = ["depot"]
SIGNATURE = b"X5O!P%@AP-EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
MOST = 1_000_000


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


class SmallClamd:
    """Speaks INSTREAM; finds one signature. `mood` is how it behaves: well, silent, broken."""

    def __init__(self) -> None:
        self.mood = "well"
        self.seen: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readexactly(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack(">I", await reader.readexactly(4))[0]:
                content += await reader.readexactly(size)
                if len(content) > MOST:
                    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            self.seen.append(content)
            if self.mood == "silent":
                await asyncio.sleep(60)
            elif self.mood == "well":
                writer.write(b"stream: Eicar-Signature FOUND\0" if SIGNATURE in content else b"stream: OK\0")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def clamd() -> AsyncIterator[SmallClamd]:
    made = SmallClamd()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


async def pieces(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def test_the_scanners_answers_are_understood(clamd: SmallClamd) -> None:
    scanner = Clamd(f"tcp://127.0.0.1:{clamd.port}")
    content = bytes(range(256)) * 900
    assert await scanner.scan(pieces(content)) == Verdict() and clamd.seen == [content]
    assert await scanner.scan(pieces(b"x" * 5000 + SIGNATURE, 4990)) == Verdict("Eicar-Signature")
    with pytest.raises(ScannerProblem, match="size limit"):
        await scanner.scan(pieces(bytes(MOST + 5000), 50_000))
    clamd.mood = "broken"
    with pytest.raises(ScannerProblem, match="closed"):
        await scanner.scan(pieces(b"x"))
    clamd.mood = "silent"
    with pytest.raises(ScannerProblem, match="in time"):
        await Clamd(f"tcp://127.0.0.1:{clamd.port}", seconds=0.05).scan(pieces(b"x"))
    with pytest.raises(ScannerProblem):
        await Clamd("unix:/nowhere/clamd.ctl").scan(pieces(b"x"))


async def test_a_file_is_opened_once_it_was_scanned_and_never_with_a_virus(depot: Depot, clamd: SmallClamd) -> None:
    depot.files.settings = FileSettings(scanner=f"tcp://127.0.0.1:{clamd.port}")
    box = await depot.box()
    good, bad = await depot.attach(box, b"good " * 10), await depot.attach(box, b"bad " + SIGNATURE, "b.txt")
    assert (good["scan"], good["blocked"][:6], good["preview"]) == ("pending", "正在进行病毒", "")
    status, said = await get(depot, box, good)
    assert (status, said["code"]) == (409, "blocked")
    assert (await depot.ask("GET", f"/{box}/files/{good['id']}/text"))[0] == 409
    depot.files.settings = FileSettings(scanner=f"tcp://127.0.0.1:{clamd.port}", unscanned="allow")
    assert (await get(depot, box, good))[0] == 200
    await depot.files.scan_some()
    shown = (await depot.ask("GET", f"/{box}/files"))[1]["items"]
    assert [(one["scan"], one["blocked"]) for one in shown] == [
        ("clean", ""),
        ("infected", "发现病毒，已禁止打开（Eicar-Signature）"),
    ]
    assert (await get(depot, box, good))[0] == 200 and (await get(depot, box, bad))[0] == 409


async def test_a_scanner_that_is_away_is_an_alarm_and_asked_again(depot: Depot, clamd: SmallClamd) -> None:
    depot.files.settings = FileSettings(scanner="tcp://127.0.0.1:1")
    box = await depot.box()
    made = await depot.attach(box, b"good")
    await depot.files.scan_some()
    [shown] = (await depot.ask("GET", f"/{box}/files"))[1]["items"]
    assert shown["scan"] == "failed" and "重试" in shown["blocked"] and depot.alarms[-1][0] == SCANNER
    depot.files.settings = FileSettings(scanner=f"tcp://127.0.0.1:{clamd.port}")
    await depot.files.scan_some()
    assert (await get(depot, box, made))[0] == 200 and depot.alarms[-1] == (SCANNER, "")


async def test_without_a_scanner_nothing_waits_for_one(depot: Depot) -> None:
    depot.files.settings = FileSettings(scanner="tcp://127.0.0.1:1")
    box = await depot.box()
    made = await depot.attach(box, b"good")
    depot.files.settings = FileSettings()
    await depot.files.scan_some()
    assert (await get(depot, box, made))[0] == 200


async def get(depot: Depot, box: str, file: dict[str, Any]) -> tuple[int, Any]:
    return await depot.ask("GET", f"/{box}/files/{file['id']}/content")
