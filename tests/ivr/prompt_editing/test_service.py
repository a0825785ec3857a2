"""The prompt library as people use it: versions, roll-back, uses, rights, audit, bad luck."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.clock import LoopClock
from cti.base.files import documents
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import AuditRow
from cti.store.engine import Store
from cti.store.migration import go_back, migrate
from cti.testing.tables import migrated
from ivr.definition import reading
from ivr.prompt_editing.browsing import EDIT, READ, PromptBrowsing
from ivr.prompt_editing.service import NewVersion, PromptService
from ivr.prompt_editing.takes import Take, Takes
from ivr.prompt_editing.views import PromptQuery
from ivr.prompts.catalogue import load_catalogue
from ivr.prompts.kept import read_kept
from ivr.prompts.library import PromptLibrary
from tests.ivr.prompts.sounds import write

ROOT = Path(__file__).parents[3]
FLOW = """
flow: small
title: 小流程
start: a
default: b
nodes:
  a: {say: [greeting, "state/{call.queue}"], note: 问候, next: b}
  b: {end: done}
"""


def person(*permissions: str, region: str | None = None, organisation: str = "city") -> Visitor:
    scope = Scope() if region is None else Scope(organisations=frozenset({organisation}))
    return Visitor(
        "1", "wang", "王", None, organisation, region or "320400", permissions=frozenset(permissions), scope=scope
    )


ADMIN = person(READ, EDIT)
READER = person(READ)
COUNTY = person(READ, EDIT, region="320481", organisation="county")
OTHER = replace(person(READ, EDIT, region="320482", organisation="town"), person="2")


class House:
    """A library on a folder; `again` is the next engine."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.tasks: list[asyncio.Task[None]] = []
        self.catalogue = load_catalogue([folder / "shipped"])
        self.switch = folder / "switch"
        self.library = PromptLibrary(store, self.catalogue, folder / "library", self.switch, ("alaw", "sln16"))
        clock = LoopClock()
        self.takes = Takes(folder / "library" / "takes", clock, self._start)
        self.takes.clear()
        flow = reading.flow_of(documents.parse(FLOW, "small.yaml"))
        browsing = PromptBrowsing(self.library, lambda: [flow], ("city", "320400"))
        self.service = PromptService(self.library, browsing, self.takes, Audit(store, clock), clock)

    def _start(self, work: Any, name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self.tasks.append(task)
        return task

    async def again(self) -> House:
        house = House(self.folder, self.store)
        await house.library.load()
        return house

    async def take(self, visitor: Visitor = ADMIN, seconds: float = 1.0, content: bytes | None = None) -> str:
        raw = self.takes.fresh_raw()
        if content is None:
            write(raw.with_suffix(".wav"), seconds).replace(raw)
        else:
            raw.write_bytes(content)

        async def work(take: Take) -> Path:
            return raw

        identifier = self.service.begin_take(visitor, "upload", work, name="欢迎词.mp3").id
        await asyncio.gather(*self.tasks)
        return identifier

    def heard(self, name: str) -> bytes:
        return (self.switch / "zh" / f"{name}.alaw").read_bytes()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "zh.yaml").write_text(
        "language: zh-CN\nvoice: v\napplications: {'': 来电接入, state/: 工单查询}\n"
        "prompts:\n  greeting: 您好。\n  state/new: 新工单。\n  lonely: 无人使用。\n",
        "utf-8",
    )
    for name in ("greeting", "state/new"):
        write(shipped / "audio" / "zh" / f"{name}.wav", 0.5)
    store = await Store.open(None, tmp_path)
    await migrated(store, [ROOT / "ivr"])
    found = House(tmp_path, store)
    await found.library.load()
    yield found
    for task in found.tasks:
        task.cancel()
    await store.close()


async def test_a_list_tells_what_each_is_for_and_where_it_is_heard(house: House) -> None:
    found = await house.service.browsing.prompts(READER, PromptQuery())
    assert [(one.id, one.application, one.used, one.source) for one in found.items] == [
        ("greeting", "来电接入", 1, "shipped"), ("state/new", "工单查询", 1, "shipped"),
        ("lonely", "来电接入", 0, "shipped"),
    ]  # fmt: skip
    assert found.items[0].seconds == pytest.approx(1.5) and found.items[2].seconds is None
    assert not found.items[0].mine
    for query, ids in (
        (PromptQuery(application="工单查询"), ["state/new"]),
        (PromptQuery(search="您好"), ["greeting"]),
        (PromptQuery(state="unused"), ["lonely"]),
        (PromptQuery(state="silent"), ["lonely"]),
        (PromptQuery(source="upload"), []),
        (PromptQuery(size=1, page=2), ["state/new"]),
    ):
        assert [one.id for one in (await house.service.browsing.prompts(READER, query)).items] == ids
    detail = await house.service.browsing.detail(READER, "zh", "state/new")
    assert [(one.flow, one.node, one.note) for one in detail.uses] == [("small", "a", "问候")]


async def test_a_new_sound_is_heard_and_the_old_one_comes_back(house: House) -> None:
    before = house.heard("greeting")
    first = await house.service.save(
        ADMIN, "zh", "greeting", NewVersion("您好，请讲。", "接入", 0, await house.take(), message="更亲切")
    )
    assert (first.prompt.version, first.prompt.source, first.prompt.application) == (1, "upload", "接入")
    assert house.catalogue.text("greeting") == "您好，请讲。"
    new = house.heard("greeting")
    assert new != before
    second = await house.service.save(
        ADMIN, "zh", "greeting", NewVersion("您好，请说。", "接入", 1, await house.take(seconds=2))
    )
    assert [one.version for one in second.versions] == [2, 1, 0]
    back = await house.service.roll_back(ADMIN, "zh", "greeting", 1, 2)
    assert [(one.version, one.restores, one.is_current) for one in back.versions] == [
        (3, 1, True), (2, 0, False), (1, 0, False), (0, 0, False),
    ]  # fmt: skip
    assert house.heard("greeting") == new and house.catalogue.text("greeting") == "您好，请讲。"
    shipped = await house.service.roll_back(ADMIN, "zh", "greeting", 0, 3)
    assert house.heard("greeting") == before and house.catalogue.text("greeting") == "您好。"
    assert shipped.prompt.source == "shipped" and shipped.prompt.version == 4
    for version in (0, 1, 2, 4):
        assert (await house.service.browsing.sound(READER, "zh", "greeting", version)).is_file()
    async with house.store.reading() as session:
        rows = (await session.scalars(select(AuditRow).order_by(AuditRow.sequence))).all()
    assert [row.action for row in rows] == ["prompt.save", "prompt.save", "prompt.roll_back", "prompt.roll_back"]
    assert rows[0].subject == "prompt:zh/greeting" and json.loads(rows[0].after)["text"] == "您好，请讲。"


async def test_words_can_change_without_the_sound(house: House) -> None:
    before = house.heard("greeting")
    detail = await house.service.save(ADMIN, "zh", "greeting", NewVersion("您好！", "接入", 0))
    assert detail.prompt.source == "text" and house.heard("greeting") == before
    with pytest.raises(Invalid, match="no_sound"):
        await house.service.save(ADMIN, "zh", "fresh", NewVersion("新的。", "接入", 0))


async def test_two_at_once_and_the_second_is_told(house: House) -> None:
    one, two = await house.take(), await house.take(seconds=2)
    results = await asyncio.gather(
        house.service.save(ADMIN, "zh", "fresh", NewVersion("一。", "", 0, one)),
        house.service.save(ADMIN, "zh", "fresh", NewVersion("二。", "", 0, two)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in results) == 1
    assert (await house.service.browsing.detail(ADMIN, "zh", "fresh")).prompt.version == 1
    assert list(house.switch.rglob("*.new")) == []


async def test_an_engine_that_comes_later_finds_all(house: House) -> None:
    await house.service.save(ADMIN, "zh", "fresh/one", NewVersion("新的。", "通知", 0, await house.take()))
    sound = house.heard("fresh/one")
    # Killed between the transaction and the files: what follows the table is gone, a half-made file lies about.
    (house.switch / "zh" / "fresh" / "one.alaw").unlink()
    (house.folder / "library" / "in_effect.json").write_text("[", "utf-8")
    (house.folder / "library" / "masters" / f"{'0' * 64}.flac").write_bytes(b"half")
    next_one = await house.again()
    assert next_one.heard("fresh/one") == sound
    assert next_one.catalogue.text("fresh/one") == "新的。"
    assert len(list((house.folder / "library" / "masters").iterdir())) == 1
    command_line = load_catalogue([house.folder / "shipped"])
    read_kept(house.folder / "library", command_line)
    assert command_line.text("fresh/one") == "新的。"


async def test_a_damaged_copy_and_a_lost_file_harm_nobody(house: House) -> None:
    before = house.heard("greeting")
    await house.service.save(ADMIN, "zh", "greeting", NewVersion("您好！", "", 0, await house.take()))
    for path in (house.folder / "library" / "masters").iterdir():
        path.unlink()
    (house.folder / "library" / "in_effect.json").write_text("[", "utf-8")
    command_line = load_catalogue([house.folder / "shipped"])
    read_kept(house.folder / "library", command_line)
    assert command_line.text("greeting") == "您好。"
    next_one = await house.again()
    assert next_one.heard("greeting") == before and next_one.catalogue.text("greeting") == "您好。"
    detail = await next_one.service.browsing.detail(ADMIN, "zh", "greeting")
    assert [one.has_sound for one in detail.versions] == [False, True]
    with pytest.raises(Conflict, match="sound_gone"):
        await next_one.service.roll_back(ADMIN, "zh", "greeting", 1, 1)


async def test_a_full_disk_changes_nothing(house: House) -> None:
    take, before = await house.take(), house.heard("greeting")
    # A file where a folder should be stands for a disk that refuses, also for root.
    (house.folder / "library" / "masters").rmdir() if (house.folder / "library" / "masters").exists() else None
    (house.folder / "library" / "masters").write_bytes(b"")
    with pytest.raises(Conflict, match="disk"):
        await house.service.save(ADMIN, "zh", "greeting", NewVersion("您好！", "", 0, take))
    (house.folder / "library" / "masters").unlink()
    (house.switch / "zh" / "fresh").write_bytes(b"")
    with pytest.raises(Conflict, match="disk"):
        await house.service.save(ADMIN, "zh", "fresh/one", NewVersion("新的。", "", 0, take))
    assert house.heard("greeting") == before and "fresh/one" not in house.catalogue
    assert await house.library.versions("fresh/one", "zh") == []
    # The take is still there: nothing has to be recorded again.
    (house.switch / "zh" / "fresh").unlink()
    await house.service.save(ADMIN, "zh", "fresh/one", NewVersion("新的。", "", 0, take))


async def test_other_languages_fall_back_and_belong_together(house: House) -> None:
    with pytest.raises(Conflict, match="no_mandarin"):
        await house.service.save(ADMIN, "en", "fresh", NewVersion("Hello.", "", 0, await house.take()))
    await house.service.save(ADMIN, "en", "greeting", NewVersion("Hello.", "", 0, await house.take()))
    assert house.catalogue.languages == ("zh", "en")
    assert house.catalogue.text("greeting", "en") == "Hello." and house.catalogue.text("state/new", "en") == "新工单。"
    assert (house.switch / "zh" / "in" / "en" / "greeting.alaw").exists()
    await house.service.remove(ADMIN, "en", "greeting")
    assert not (house.switch / "zh" / "in" / "en" / "greeting.alaw").exists()
    assert house.catalogue.text("greeting", "en") == "您好。"


async def test_what_is_used_stays(house: House) -> None:
    await house.service.save(ADMIN, "zh", "state/hot", NewVersion("热。", "", 0, await house.take()))
    with pytest.raises(Conflict, match="小流程「问候」"):
        await house.service.remove(ADMIN, "zh", "state/hot")
    await house.service.save(ADMIN, "zh", "free", NewVersion("闲。", "", 0, await house.take()))
    await house.service.remove(ADMIN, "zh", "free")
    assert "free" not in house.catalogue and not (house.switch / "zh" / "free.alaw").exists()
    with pytest.raises(Conflict, match="came_along"):
        await house.service.remove(ADMIN, "zh", "greeting")
    with pytest.raises(NotFound):
        await house.service.remove(ADMIN, "zh", "free")


async def test_a_county_changes_its_own_only(house: House) -> None:
    take = await house.take(COUNTY)
    with pytest.raises(NotAllowed, match="not_yours"):
        await house.service.save(COUNTY, "zh", "greeting", NewVersion("我们的。", "", 0, take))
    with pytest.raises(NotAllowed, match="not_yours"):
        await house.service.save(COUNTY, "en", "greeting", NewVersion("Ours.", "", 0, take))
    await house.service.save(COUNTY, "zh", "county/notice", NewVersion("县里的。", "", 0, take))
    assert (await house.service.browsing.detail(COUNTY, "zh", "county/notice")).prompt.mine
    seen = [one.id for one in (await house.service.browsing.prompts(OTHER, PromptQuery())).items]
    assert "county/notice" not in seen and "greeting" in seen
    for work in (
        house.service.browsing.detail(OTHER, "zh", "county/notice"),
        house.service.browsing.sound(OTHER, "zh", "county/notice"),
        house.service.roll_back(OTHER, "zh", "county/notice", 1, 1),
        house.service.remove(OTHER, "zh", "county/notice"),
    ):
        with pytest.raises(NotFound):
            await work
    with pytest.raises(Conflict, match="taken"):
        await house.service.save(OTHER, "zh", "county/notice", NewVersion("镇里的。", "", 1, await house.take(OTHER)))
    with pytest.raises(NotFound):
        house.service.take(ADMIN, await house.take(OTHER))


async def test_rights(house: House) -> None:
    nobody = person()
    for work in (
        house.service.browsing.prompts(nobody, PromptQuery()),
        house.service.browsing.detail(nobody, "zh", "greeting"),
        house.service.save(READER, "zh", "greeting", NewVersion("x", "", 0)),
        house.service.roll_back(READER, "zh", "greeting", 0, 1),
        house.service.remove(READER, "zh", "greeting"),
    ):
        with pytest.raises(NotAllowed):
            await work


@pytest.mark.parametrize(
    ("language", "identifier", "text", "code"),
    [
        ("zh", "Big", "x", "bad_id"), ("zh", "../up", "x", "bad_id"), ("zh", "spoken/a", "x", "bad_id"),
        ("zh", "a" * 81, "x", "bad_id"), ("chinese", "a", "x", "bad_language"), ("../", "a", "x", "bad_language"),
        ("zh", "a", "", "no_text"),
    ],
)  # fmt: skip
async def test_bad_names_are_told(house: House, language: str, identifier: str, text: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        await house.service.save(ADMIN, language, identifier, NewVersion(text, "", 0, "x"))


async def test_a_broken_file_is_told_in_words(house: House) -> None:
    take = await house.take(content=b"no sound at all")
    view = house.service.take(ADMIN, take)
    assert view.state == "failed"
    assert view.words.startswith("“欢迎词.mp3”：不是可以识别的音频文件（")
    with pytest.raises(Conflict, match="take_not_ready"):
        await house.service.save(ADMIN, "zh", "fresh", NewVersion("x", "", 0, take))
    house.service.discard(ADMIN, take)
    with pytest.raises(NotFound):
        house.service.take(ADMIN, take)
    assert list((house.folder / "library" / "takes").iterdir()) == []


async def test_tables_can_be_taken_back(house: House) -> None:
    await house.service.save(ADMIN, "zh", "fresh", NewVersion("新。", "", 0, await house.take()))
    await go_back(house.store, [ROOT / "ivr"])
    await migrate(house.store, [ROOT / "ivr"])
    assert (await house.again()).library.entry("fresh", "zh") is None
