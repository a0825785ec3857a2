"""Files of records on each database: uploaded, resumed, linked whole or not at all, as visible as their record."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import io
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from cti.base.ciphers.sealed_files import is_sealed
from cti.base.settings import FileSettings
from cti.office.files import uploads
from cti.office.files.models import FileRow, UploadRow
from cti.office.files.service import FULL, MISSING
from cti.office.records import RecordQuery
from cti.office.timeline.entries import TimelineQuery
from cti.testing.statements import trips
from tests.cti.office.boxes import CITY, EAST, LOOKER, WEST, BoxFields, Depot, depot
from tests.cti.office.files.samples import PNG, docx, pdf, xlsx

__all__ = ["depot"]
TEXT = "您好，世界。\n".encode()
TOKEN = "a-token-made-by-a-browser"


async def rows(depot: Depot, table: Any = FileRow) -> list[Any]:
    async with depot.office.store.reading() as session:
        return list((await session.scalars(select(table))).all())


def contents(depot: Depot) -> list[Path]:
    return [one for one in (depot.data / "files").rglob("*") if one.is_file()]


async def test_a_file_is_uploaded_linked_listed_given_out_and_told(depot: Depot) -> None:
    box = await depot.box()
    made = await depot.attach(box, TEXT, "关于路灯的说明 （终稿）.txt")
    assert (made["type"], made["sort"], made["size"], made["by"]) == ("text/plain", "text", len(TEXT), "李强")
    assert made["sha256"] == hashlib.sha256(TEXT).hexdigest() and made["scan"] == "off" and made["blocked"] == ""
    [path] = contents(depot)
    assert is_sealed(path) and TEXT not in path.read_bytes() and path.stat().st_mode & 0o077 == 0
    answer = await depot.browse("GET", f"/api/boxes/{box}/files/{made['id']}/content", "looker")
    assert (answer.status, await answer.read(), answer.content_type) == (200, TEXT, "text/plain")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert unquote(answer.headers["Content-Disposition"]).endswith("filename*=UTF-8''关于路灯的说明 （终稿）.txt")
    [shown] = (await depot.boxes.find(CITY, RecordQuery())).items
    assert shown.model_dump()["file_count"] == 1
    assert await depot.ask("DELETE", f"/{box}/files/{made['id']}") == (204, b"")
    assert (await depot.ask("GET", f"/{box}/files"))[1]["items"] == []
    removed = (await depot.ask("GET", f"/{box}/files?removed=true"))[1]["items"]
    assert [(one["id"], one["removed_by"]) for one in removed] == [(made["id"], "李强")]
    assert (await depot.ask("POST", f"/{box}/files/{made['id']}/restore"))[0] == 204
    status, named = await depot.ask("PUT", f"/{box}/files/{made['id']}", json={"name": "../说明"})
    assert (status, named["name"]) == (200, "说明.txt")
    told = [one.title for one in (await depot.boxes.timeline(CITY, box, TimelineQuery(kinds="file"))).items]
    assert told == [
        "附件改名为“说明.txt”",
        *(f"{verb}附件“关于路灯的说明 （终稿）.txt”" for verb in ("恢复", "删除", "上传")),
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_an_upload_goes_on_where_it_stopped_also_after_a_restart(depot: Depot, seed: int) -> None:
    """Pieces of any length, connections that break, an engine that dies: in the end it is the same file."""
    dice = random.Random(seed)
    content = b"text " + dice.randbytes(dice.randrange(200_000, 900_000)).hex().encode()
    await depot.files.uploads.begin(EAST, TOKEN, "长文.txt", len(content))
    at = 0
    while at < len(content):
        end = min(len(content), at + dice.randrange(1, 400_000))
        breaks = dice.random() < 0.4

        async def pieces(at: int = at, end: int = end, breaks: bool = breaks) -> Any:
            step = dice.randrange(1, 90_000)
            for begin in range(at, end, step):
                yield content[begin : min(begin + step, end)]
            if breaks:
                raise ConnectionResetError("gone")

        try:
            at = (await depot.files.uploads.receive(EAST, TOKEN, at, pieces())).received
        except ConnectionResetError:
            if dice.random() < 0.5:
                died(depot, dice)
            at = (await depot.files.uploads.state(EAST, TOKEN)).received
    [row] = await rows(depot, UploadRow)
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    box = await depot.box()
    made = (await depot.ask("POST", f"/{box}/files", json={"tokens": [TOKEN]}))[1]["items"][0]
    assert (await depot.ask("GET", f"/{box}/files/{made['id']}/content"))[1] == content


def died(depot: Depot, dice: random.Random) -> None:
    """The engine died: what it knew is gone, and perhaps the last that it wrote."""
    depot.files.uploads.close()
    for path in (depot.data / ".files" / "incoming").iterdir():
        os.truncate(path, max(200, path.stat().st_size - dice.randrange(100_000)))


async def test_bytes_from_another_place_or_too_many_are_refused(depot: Depot) -> None:
    await depot.files.uploads.begin(EAST, TOKEN, "a.txt", 10)
    answer = await depot.browse("PATCH", f"/api/uploads/{TOKEN}?offset=3", "east", data=b"abc")
    said = await answer.json()
    assert (answer.status, said["code"], said["received"]) == (409, "offset", 0)
    answer = await depot.browse("PATCH", f"/api/uploads/{TOKEN}?offset=0", "east", data=b"x" * 11)
    assert (answer.status, (await answer.json())["code"]) == (422, "too_long")
    for who in ("west", "city"):
        assert (await depot.browse("GET", f"/api/uploads/{TOKEN}", who)).status == 404
        assert (await depot.browse("PATCH", f"/api/uploads/{TOKEN}?offset=0", who, data=b"a")).status == 404
    answer = await depot.browse("POST", "/api/uploads", "west", json={"token": TOKEN, "name": "b", "size": 10})
    assert answer.status == 409
    again = await depot.browse("POST", "/api/uploads", "east", json={"token": TOKEN, "name": "a.txt", "size": 10})
    assert (again.status, (await again.json())["received"]) == (201, 0)


async def test_a_record_is_saved_with_all_its_files_or_not_at_all(depot: Depot) -> None:
    """An upload had succeeded, the record was saved, and the file hung nowhere."""
    tokens = [(await depot.upload(TEXT * n, f"{n}.txt"))["token"] for n in (1, 2)]
    half = "half-a-token-of-mine"
    await depot.files.uploads.begin(EAST, half, "半.txt", 100)
    for wrong in ([*tokens, half], [*tokens, "never-heard-of-this"]):
        status, said = await depot.ask("POST", "", json={"title": "甲", "files": wrong})
        assert (status, said["code"], said["field"]) == (422, "files", "files")
    assert (await depot.ask("GET", ""))[1]["items"] == [] and await rows(depot) == []
    foreign = await depot.upload(TEXT, "别人的.txt", "west")
    assert (await depot.ask("POST", "", json={"title": "甲", "files": [foreign["token"]]}))[0] == 422
    status, made = await depot.ask("POST", "", json={"title": "甲", "files": tokens})
    assert (status, made["file_count"]) == (201, 2)
    # Sent twice, as by an impatient person: the second finds no uploads.
    assert (await depot.ask("POST", "", json={"title": "乙", "files": tokens}))[0] == 422
    listed = (await depot.ask("GET", f"/{made['id']}/files"))[1]["items"]
    assert [one["name"] for one in listed] == ["1.txt", "2.txt"]
    assert (await depot.ask("GET", ""))[1]["items"][0]["file_count"] == len(listed)


async def test_two_who_save_the_same_upload_at_once_do_not_both_have_it(depot: Depot) -> None:
    said = await depot.upload(TEXT)
    one, other = await depot.box(), await depot.box()
    asked = [depot.ask("POST", f"/{box}/files", json={"tokens": [said["token"]]}) for box in (one, other)]
    assert sorted(status for status, _ in await asyncio.gather(*asked)) == [200, 422]
    assert len(await rows(depot)) == 1


async def test_who_adds_at_once_cannot_go_beyond_the_limit(depot: Depot) -> None:
    depot.files.settings = FileSettings(per_record=3)
    box = await depot.box()
    said = [await depot.upload(TEXT, f"{n}.txt") for n in range(5)]
    asked = [depot.ask("POST", f"/{box}/files", json={"tokens": [one["token"]]}) for one in said]
    assert sorted(status for status, _ in await asyncio.gather(*asked)) == [200, 200, 200, 422, 422]
    gone = (await depot.ask("GET", f"/{box}/files"))[1]["items"][0]["id"]
    await depot.ask("DELETE", f"/{box}/files/{gone}")
    await depot.attach(box, TEXT, "新的.txt")
    assert (await depot.ask("POST", f"/{box}/files/{gone}/restore"))[0] == 409


async def test_types_are_known_by_content_and_names_made_safe(depot: Depot) -> None:
    box = await depot.box()
    made = await depot.attach(box, PNG, "照片.exe")
    assert (made["name"], made["type"], made["preview"], made["thumbnail"]) == (
        "照片.exe.png",
        "image/png",
        "picture",
        True,
    )
    for content, type in ((docx("路灯坏了"), "document"), (xlsx([["一", 2]]), "document"), (pdf("x"), "document")):
        assert (await depot.upload(content, f"x{len(content)}.bin"))["sort"] == type
    for content, name in (
        (b"MZ" + bytes(300), "照片.png"),
        (b"<html><script>alert(1)</script>", "a.txt"),
        (b"#!/bin/sh\nls", "a.txt"),
        (b"<svg xmlns='x'/>", "a.svg"),
        (os.urandom(500), "a.pdf"),
    ):
        said = await depot.upload(content, name)
        assert said["code"] == "type", (content[:20], said)
    depot.files.settings = FileSettings(sorts=["picture"], max_mb=1)
    assert (await depot.upload(TEXT, "b.txt"))["code"] == "type"
    assert (await depot.upload(bytes(1024 * 1024 + 1), "c.bin"))["code"] == "too_large"
    assert not any((depot.data / ".files" / "incoming").iterdir()), "nothing of what was refused is left"


async def test_another_county_and_who_may_not_edit_get_nothing(depot: Depot) -> None:
    box = await depot.box()
    made = await depot.attach(box, PNG, "a.png")
    one = f"/{box}/files/{made['id']}"
    own = await depot.box(WEST)
    for method, path, body in (
        ("GET", f"/{box}/files", None), ("GET", f"{one}/content", None), ("GET", f"{one}/thumbnail", None),
        ("GET", f"{one}/pages", None), ("GET", f"{one}/pages/1", None), ("GET", f"{one}/text", None),
        ("POST", f"/{box}/files", {"tokens": [TOKEN]}), ("PUT", one, {"name": "x"}), ("DELETE", one, None),
        ("POST", f"{one}/restore", None), ("GET", f"/{own}/files/{made['id']}/content", None),
        ("DELETE", f"/{own}/files/{made['id']}", None),
    ):  # fmt: skip
        sent = {"json": body} if body is not None else {}
        assert (await depot.ask(method, path, "west", **sent))[0] == 404, (method, path)
        if method != "GET":
            assert (await depot.ask(method, path, "looker", **sent))[0] == 403, (method, path)
    assert len((await depot.ask("GET", f"/{box}/files"))[1]["items"]) == 1


async def test_ranges_are_given_exactly(depot: Depot) -> None:
    content = ("".join(f"{n:07}\n" for n in range(30_000))).encode()
    box = await depot.box()
    made = await depot.attach(box, content, "行.txt")
    path = f"/api/boxes/{box}/files/{made['id']}/content?inline=true"
    dice = random.Random(1)
    for _ in range(12):
        start, end = sorted(dice.randrange(len(content)) for _ in range(2))
        answer = await depot.browse("GET", path, "east", {"Range": f"bytes={start}-{end}"})
        assert (answer.status, await answer.read()) == (206, content[start : end + 1])
        assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(content)}"
    for asked, status, expected in (
        ("bytes=-5", 206, content[-5:]), ("bytes=240000-", 416, b""), ("bytes=0-1,3-4", 200, content),
        ("lines=1-2", 200, content), ("bytes=239990-999999", 206, content[239990:]), ("bytes=5-2", 416, b""),
    ):  # fmt: skip
        answer = await depot.browse("GET", path, "east", {"Range": asked})
        assert (answer.status, await answer.read()) == (status, expected), asked
    tag = f'"{made["sha256"]}"'
    assert (await depot.browse("GET", path, "east", {"If-None-Match": tag})).status == 304
    answer = await depot.browse("GET", path, "east", {"Range": "bytes=0-1", "If-Range": '"older"'})
    assert answer.status == 200
    head = await depot.browse("HEAD", path, "east")
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(content)))
    assert head.headers["Content-Disposition"].startswith("attachment"), "a text is not shown by the browser itself"


async def test_a_full_disk_is_told_and_leaves_nothing_half_done(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"text " * 300_000
    await depot.files.uploads.begin(EAST, TOKEN, "大.txt", len(content))
    write = uploads._Sealing.write

    def full(self: Any, data: bytes) -> None:
        if self.received > 700_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, data)

    monkeypatch.setattr(uploads._Sealing, "write", full)
    answer = await depot.browse("PATCH", f"/api/uploads/{TOKEN}?offset=0", "east", data=io.BytesIO(content))
    said = await answer.json()
    assert (answer.status, said["code"]) == (409, "disk_full") and "存储空间不足" in said["detail"]
    assert await rows(depot, UploadRow) == [] and contents(depot) == []
    assert not any((depot.data / ".files" / "incoming").iterdir())
    assert depot.alarms[0][0] == FULL
    monkeypatch.undo()
    monkeypatch.setattr("shutil.disk_usage", lambda path: os.statvfs(path) and type("U", (), {"free": 1000})())
    assert (await depot.upload(TEXT))["code"] == "disk_full", "what cannot fit is not begun"


async def test_room_is_made_before_the_database_that_lies_on_the_same_disk_is_asked(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upload's row could not be removed, so its content went on filling the disk, and nobody was told why."""
    incoming, writing = depot.data / ".files" / "incoming", depot.office.store.writing
    content = b"text " * 300_000
    await depot.files.uploads.begin(EAST, TOKEN, "大.txt", len(content))

    def full(self: Any, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def written() -> Any:
        if any(incoming.iterdir()):
            raise OperationalError("DELETE", {}, Exception("database or disk is full"))
        return writing()

    monkeypatch.setattr(uploads._Sealing, "write", full)
    monkeypatch.setattr(depot.office.store, "writing", written)
    answer = await depot.browse("PATCH", f"/api/uploads/{TOKEN}?offset=0", "east", data=io.BytesIO(content))
    assert (answer.status, (await answer.json())["code"]) == (409, "disk_full")
    assert not any(incoming.iterdir()) and await rows(depot, UploadRow) == []


async def test_a_content_that_is_lost_is_shown_as_lost_and_alarmed(depot: Depot) -> None:
    box = await depot.box()
    made = await depot.attach(box, TEXT)
    [path] = contents(depot)
    kept = path.read_bytes()
    path.unlink()
    [shown] = (await depot.ask("GET", f"/{box}/files"))[1]["items"]
    assert "丢失" in shown["blocked"] and (await depot.ask("GET", f"/{box}"))[1]["file_count"] == 1
    status, said = await depot.ask("GET", f"/{box}/files/{made['id']}/content")
    assert (status, said["code"]) == (409, "blocked") and depot.alarms[-1][0] == MISSING
    path.write_bytes(kept)  # Brought back from a backup.
    assert (await depot.ask("GET", f"/{box}/files/{made['id']}/content"))[0] == 200
    assert (await depot.ask("GET", f"/{box}/files"))[1]["items"][0]["blocked"] == ""


async def test_files_go_with_their_record(depot: Depot) -> None:
    box, clock = await depot.box(), depot.office.clock
    made = await depot.attach(box, TEXT)
    await depot.boxes.remove(EAST, box)
    assert (await depot.ask("GET", f"/{box}/files/{made['id']}/content"))[0] == 200, "a removed record can be read"
    assert (await depot.ask("DELETE", f"/{box}/files/{made['id']}"))[0] == 409
    await depot.files.sweep()
    assert len(contents(depot)) == 1
    await depot.boxes.restore(EAST, box)
    assert (await depot.ask("GET", f"/{box}/files"))[1]["items"][0]["id"] == made["id"]
    await depot.boxes.remove(EAST, box)
    await depot.boxes.purge(EAST, box)
    await depot.files.sweep()
    assert contents(depot) == [] and await rows(depot) == []
    # One that was taken out of a record stays for as long as the settings say.
    box = await depot.box()
    made = await depot.attach(box, TEXT)
    await depot.ask("DELETE", f"/{box}/files/{made['id']}")
    clock.advance(29 * 86_400)  # type: ignore[attr-defined] # a virtual one
    await depot.files.sweep()
    assert len(contents(depot)) == 1
    clock.advance(2 * 86_400)  # type: ignore[attr-defined] # a virtual one
    await depot.files.sweep()
    assert contents(depot) == [] and await rows(depot) == []


async def test_what_nobody_saves_is_gone_after_a_day(depot: Depot) -> None:
    await depot.upload(TEXT)
    await depot.files.uploads.begin(EAST, TOKEN, "半.txt", 1000)
    await depot.files.uploads.receive(EAST, TOKEN, 0, some(b"abc"))
    await depot.files.uploads.sweep(depot.office.clock.wall() - timedelta(days=1))
    assert len(await rows(depot, UploadRow)) == 2
    await depot.files.uploads.sweep(depot.office.clock.wall() + timedelta(seconds=1))
    assert await rows(depot, UploadRow) == [] and contents(depot) == []
    assert not any((depot.data / ".files" / "incoming").iterdir())


async def some(data: bytes) -> Any:
    yield data


async def test_a_list_asks_once_for_the_counts_of_all_its_rows(depot: Depot) -> None:
    async def queries(count: int) -> int:
        for n in range(count):
            await depot.box(title=str(n))
        with trips(depot.office.store) as asked:
            assert len((await depot.boxes.find(CITY, RecordQuery(size=100))).items) >= count
        return len(asked)

    await queries(1)  # the tree of organisations is read once, and remembered
    assert await queries(2) == await queries(30)


async def test_a_new_record_needs_no_files_and_looks_are_noted(depot: Depot) -> None:
    made = await depot.boxes.create(EAST, BoxFields(title="空"))
    assert made.model_dump()["file_count"] == 0
    one = await depot.attach(made.id, TEXT)
    await depot.ask("GET", f"/{made.id}/files/{one['id']}/content", "looker")
    told = [entry.title for entry in (await depot.boxes.timeline(LOOKER, made.id, TimelineQuery())).items]
    assert told == ["上传附件“说明.txt”", "新增箱子"], "who looked is in the audit, not in the timeline"
