"""Recordings of an old platform: tried, taken over sealed, found and heard, once each; faults named."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from cti.base.ciphers.sealed_files import is_sealed
from cti.base.refusal import Conflict, Invalid, NotFound, all_of
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import S3Settings
from cti.base.visitor import Visitor
from cti.office.identity.organisations import Organisations
from cti.office.jobs.service import Jobs
from cti.office.sheets import writing
from cti.store.engine import Store
from cti.store.models import RecordingRow
from cti.store.recordings.filter import RecordingFilter
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.store.recordings.search import RecordingSearch
from cti.telephony.queue_titles import QueueTitles
from recorder.archive import Archive
from recorder.formats import encoded
from recorder.importing.imported import imported
from recorder.importing.service import Imports
from recorder.importing.views import ImportFields
from recorder.models import RecordingImportFaultRow, RecordingImportRow
from recorder.retention import Retention
from recorder.storing import Depot
from tests.office import BOSS, EAST, WEST, office_on
from tests.recorder.rooms import an_archive, heard

HEADING = ("录音流水号", "录音文件", "开始时间", "坐席", "来电号码", "队列", "机构", "满意度", "类型")
COLUMNS = [{"field": "old", "column": "录音流水号"}, {"field": "agent", "column": "坐席"}]
WORDS = [{"field": "satisfaction", "theirs": "好", "ours": "满意"}]
LOUD, QUIET = 9000, 1000


def a_row(old: str, **said: str) -> list[str]:
    usual = {
        "录音流水号": old, "录音文件": f"D:\\rec\\2024\\{old}.wav", "开始时间": "2024-03-01 08:30:05", "坐席": "2001",
        "来电号码": "13800000001", "队列": "综合", "满意度": "好",
    }  # fmt: skip
    return [{**usual, **said}.get(one, "") for one in HEADING]


def a_wav(path: Path, *levels: int, seconds: float = 1.0, rate: int = 8000) -> None:
    """As many sides as levels, each a tone so loud."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wavy = np.sin(np.arange(int(seconds * rate)) * (2 * np.pi * 500 / rate))
    with wave.open(str(path), "wb") as file:
        file.setparams((len(levels), 2, rate, 0, "NONE", ""))
        file.writeframes((wavy[:, None] * np.array(levels)).astype("<i2").tobytes())


class NoJobs:
    """Notes what is to be done; the test does it."""

    async def add(self, session: Any, kind: str, data: dict[str, Any]) -> None:
        """Nothing."""

    async def open(self, session: Any, kind: str) -> list[dict[str, Any]]:
        """Nothing."""
        return []

    def look(self) -> None:
        """Nothing."""


class House:
    """Imports of a house; the table is given by hand."""

    def __init__(self, imports: Imports, store: Store, archive: Archive, folder: Path) -> None:
        self.imports, self.store, self.archive = imports, store, archive
        self.file, self.sound = folder / "old.xlsx", folder / "imports" / "east" / "old"
        self.rows, self.search = RecordingStore(store), RecordingSearch(store)
        self.imports._file = self._there  # type: ignore[method-assign] # what files do is theirs to test
        self.imports._plain = self._plain  # type: ignore[method-assign] # the same

    async def _there(self, session: Any, id: str) -> str:
        return "a file"

    @asynccontextmanager
    async def _plain(self, id: str) -> AsyncIterator[Path]:
        yield self.file

    async def sheet(self, *rows: Sequence[str]) -> None:
        self.file.write_bytes(await writing.write(HEADING, rows))

    async def new(self, visitor: Visitor = EAST, **said: Any) -> str:
        usual = {
            "title": "旧录音",
            "source": "旧平台",
            "folder": "old",
            "prefix": "D:\\rec",
            "columns": COLUMNS,
            "words": WORDS,
        }
        return (await self.imports.create(visitor, ImportFields.model_validate({**usual, **said}))).id

    async def run(self, id: str, act: str, visitor: Visitor = EAST) -> RecordingImportRow:
        await self.imports.begin(visitor, id, act)
        await (self.imports.take_all_back(visitor, id) if act == "undo" else self.imports.go_through(visitor, id))
        return await self.row(id)

    async def row(self, id: str) -> RecordingImportRow:
        async with self.store.reading() as session:
            return await session.get_one(RecordingImportRow, id)

    async def faults(self, id: str) -> list[tuple[int, str, str]]:
        async with self.store.reading() as session:
            wanted = select(RecordingImportFaultRow).where(RecordingImportFaultRow.batch == id)
            return [
                (one.row, one.field, one.detail)
                for one in await session.scalars(wanted.order_by(RecordingImportFaultRow.place))
            ]

    async def found(self, scope: Scope = EVERYTHING, /, **facts: str) -> list[Recording]:
        return list((await self.search.page(RecordingFilter(facts=facts), scope)).items)

    async def count(self) -> int:
        async with self.store.reading() as session:
            return await session.scalar(select(func.count()).select_from(RecordingRow)) or 0


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[House]:
    office = await office_on(store, "recorder")
    archive = await an_archive(store, tmp_path / "recordings")
    (archive.folder / "live").mkdir()
    for name in ("east", "city"):
        (tmp_path / "imports" / name).mkdir(parents=True)
    queues = QueueTitles(lambda: {"general": "综合"})
    organisations = Organisations(store, office.clock, office.audit, cast("Any", None))
    retention = Retention(store, Depot(tmp_path, S3Settings), office.audit, office.clock)
    imports = Imports(
        office, archive, retention, organisations, queues, cast("Jobs", NoJobs()), tmp_path / "imports", "0519"
    )
    found = House(imports, store, archive, tmp_path)
    found.sound.mkdir()
    yield found


async def test_tried_taken_over_found_and_heard(house: House) -> None:
    a_wav(house.sound / "2024/R1.wav", QUIET, LOUD)
    a_wav(house.sound / "2024/R2.wav", LOUD, rate=16_000, seconds=2.0)
    a_wav(house.sound / "2024/forgotten.wav", LOUD)
    await house.sheet(a_row("R1"), a_row("R2", 来电号码="", 满意度="", 类型="留言", 坐席=""))
    id = await house.new()
    tried = await house.run(id, "look")
    assert (tried.state, tried.good, tried.bad) == ("looked", 2, 0)
    assert tried.message == "文件夹中另有 1 个录音文件没有对应的行"
    assert await house.count() == 0
    done = await house.run(id, "take")
    assert (done.state, done.good, done.bad) == ("done", 2, 0)
    (first,) = await house.found(number="+8613800000001", satisfaction="2", queue="general")
    assert (first.organisation, first.agent, first.state, first.channels, first.seconds) == (
        "east", "2001", "stored", 2, 1.0,
    )  # fmt: skip
    assert first.started_at.isoformat() == "2024-03-01T00:30:05+00:00"
    assert is_sealed(house.archive.path(first)) and first.proof == -1
    both = np.frombuffer((await heard(house.archive, first)).readframes(9000), "<i2").reshape(-1, 2)
    assert abs(int(both[:, 0].max()) - QUIET) < 50 and abs(int(both[:, 1].max()) - LOUD) < 50
    (second,) = await house.found(old="R2")
    assert (second.kind, second.channels) == ("voicemail", 1) and abs((second.seconds or 0) - 2.0) < 0.01
    assert (await imported(house.store, [first.id]))[first.id].said.number == "13800000001"
    assert not list((house.archive.folder / "live").iterdir())


async def test_what_a_mapping_says_wrongly_is_refused_with_all_of_it(house: House) -> None:
    columns = [{"field": key, "column": "列"} for key in ("file", "file", "what")]
    words = [{"field": "satisfaction", "theirs": "好", "ours": ours} for ours in ("很好", "满意")]
    said = ImportFields.model_validate({"title": "旧录音", "source": "旧平台", "columns": columns, "words": words})
    with pytest.raises(Invalid) as refused:
        await house.imports.create(BOSS, said)
    found = [(one.field, one.detail) for one in all_of(refused.value)]
    assert found[:2] == [("columns", "没有字段“what”"), ("columns", "字段“录音文件”写了两次")]
    assert len(found) == 3 and found[2][1].startswith("“满意度”没有取值“很好”（可用：非常满意、满意")


async def test_the_same_again_comes_once_and_what_is_corrected_is_corrected(house: House) -> None:
    for one in ("R1", "R2"):
        a_wav(house.sound / f"2024/{one}.wav", LOUD)
    await house.sheet(a_row("R1"), a_row("R2"))
    await house.run(await house.new(), "take")
    await house.sheet(a_row("R1"), a_row("R2", 坐席="2009", 来电号码="13900000002"))
    # What the other import said of the columns is said of this platform from now on.
    other = await house.new(columns=[], words=[])
    done = await house.run(other, "take")
    assert (done.good, done.changed, done.again, done.bad) == (0, 1, 1, 0)
    assert await house.count() == 2
    assert [one.agent for one in await house.found(number="+8613900000002")] == ["2009"]
    assert [one.agent for one in await house.found(number="+8613800000001")] == ["2001"]
    # Another platform has numbers of its own.
    third = await house.run(await house.new(source="另一平台"), "take")
    assert (third.good, await house.count()) == (2, 4)


async def test_each_fault_is_named_by_row_and_column(house: House, tmp_path: Path) -> None:
    a_wav(house.sound / "2024/R1.wav", LOUD)
    a_wav(tmp_path / "secret.wav", LOUD)
    (house.sound / "2024/broken.wav").write_bytes(b"RIFF nothing")
    (house.sound / "2024/list.wav").write_bytes(b"#EXTM3U\n/etc/passwd\n")
    (house.sound / "2024/text.txt").write_bytes(b"text")
    (house.sound / "2024/link.wav").symlink_to(tmp_path / "secret.wav")
    await house.sheet(
        a_row("R1"), a_row("R1"), a_row("", 开始时间="昨天"), a_row("R4"), a_row("R5", 录音文件="2024/broken.wav"),
        a_row("R6", 录音文件="2024/list.wav"), a_row("R7", 录音文件="2024/text.txt"),
        a_row("R8", 录音文件="../../../secret.wav"), a_row("R9", 录音文件="2024/link.wav"),
        a_row("R10", 录音文件="2024/R1.wav", 机构="west", 满意度="凑合"),
        a_row("R11", 录音文件="2024/R1.wav", 机构="west"),
    )  # fmt: skip
    id = await house.new()
    for act in ("look", "take"):
        row = await house.run(id, act)
        assert (row.good, row.bad) == (1, 10)
        faults = await house.faults(id)
        assert [one[:2] for one in faults] == [
            (3, "录音流水号"), (4, "录音流水号"), (4, "开始时间"), (5, "录音文件"), (6, "录音文件"), (7, "录音文件"),
            (8, "录音文件"), (9, "录音文件"), (10, "录音文件"), (11, "满意度"), (12, "机构"),
        ]  # fmt: skip
        assert faults[0][2] == "“R1”与第 2 行重复" and faults[3][2].startswith("没有文件")
        assert "不是完好的录音文件" in faults[4][2] and "不支持的格式" in faults[6][2]
        assert faults[7][2].endswith("不在录音文件夹内") and faults[8][2].endswith("不在录音文件夹内")
    assert await house.count() == 1
    assert not list((house.archive.folder / "live").iterdir())


@pytest.mark.parametrize("format", ["mp3", "opus"])
async def test_other_formats_and_the_agent_left(house: House, format: str) -> None:
    a_wav(house.sound / "R1.wav", LOUD, QUIET, seconds=2.0)
    with (house.sound / "R1.wav").open("rb") as file:
        (house.sound / f"R1.{format}").write_bytes(encoded(file, cast("Any", format)))
    await house.sheet(a_row("R1", 录音文件=f"R1.{format}"))
    await house.run(await house.new(agent_first=True), "take")
    (row,) = await house.found(old="R1")
    both = np.frombuffer((await heard(house.archive, row)).readframes(99_999), "<i2").reshape(-1, 2)
    middle = np.abs(both[4000:12_000]).max(axis=0)
    assert abs((row.seconds or 0) - 2.0) < 0.2 and middle[0] < LOUD / 4 and middle[1] > LOUD / 2


async def test_of_a_county_only_and_from_its_own_folder(house: House) -> None:
    a_wav(house.sound / "R1.wav", LOUD)
    await house.sheet(a_row("R1", 录音文件="R1.wav"))
    id = await house.new()
    for wrong in ("../city", "/etc", "nowhere"):
        with pytest.raises(Invalid):
            await house.new(folder=wrong)
    with pytest.raises(Invalid):
        await house.new(WEST)
    assert (await house.imports.create(WEST, ImportFields(title="旧录音", source="旧平台"))).state == "new"
    with pytest.raises(NotFound):
        await house.imports.begin(WEST, id, "take")
    assert await house.imports.folders(EAST) == ["", "old"] and await house.imports.folders(WEST) == [""]
    await house.run(id, "take")
    assert [one.organisation for one in await house.found(Scope(organisations=frozenset({"east"})), old="R1")] == [
        "east"
    ]
    assert await house.found(Scope(organisations=frozenset({"west"})), old="R1") == []
    with pytest.raises(Conflict):
        await house.imports.begin(BOSS, id, "stop")


async def test_stopped_it_keeps_what_it_has_and_goes_on_where_an_engine_died(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Imports, "batch", 2)
    for one in range(1, 8):
        a_wav(house.sound / f"{one}.wav", LOUD, seconds=0.1)
    await house.sheet(*(a_row(f"R{one}", 录音文件=f"{one}.wav") for one in range(1, 8)))
    id = await house.new()
    taken: list[int] = []

    async def stored(ids: Sequence[str]) -> None:
        taken.append(len(ids))
        if len(taken) == 2:
            await house.imports.begin(EAST, id, "stop")

    monkeypatch.setattr(house.imports, "stored", stored)
    row = await house.run(id, "take")
    assert (row.state, row.good, row.place, await house.count()) == ("stopped", 3, 4, 3)
    # A killed engine's job is done again: it goes on behind the last row that was counted.
    async with house.store.writing() as session:
        (await session.get_one(RecordingImportRow, id)).state = "working"
    await house.imports.go_through(EAST, id)
    row = await house.row(id)
    assert (row.state, row.good, row.again, row.bad, await house.count()) == ("done", 7, 0, 0, 7)
    row = await house.run(id, "take")
    assert (row.good, row.again, row.message, await house.count()) == (0, 7, "", 7)


async def test_killed_between_the_sound_and_its_row_it_is_made_once(house: House) -> None:
    a_wav(house.sound / "R1.wav", LOUD)
    await house.sheet(a_row("R1", 录音文件="R1.wav"))
    id = await house.new()

    def killed(session: Any, *rest: object) -> None:
        if any(isinstance(one, RecordingRow) for one in session.new):
            raise RuntimeError("killed")

    event.listen(Session, "before_flush", killed)
    try:
        with pytest.raises(RuntimeError, match="killed"):
            await house.run(id, "take")
    finally:
        event.remove(Session, "before_flush", killed)
    left = list(house.archive.folder.rglob("*.wav"))
    assert len(left) == 1 and await house.count() == 0
    await house.imports.go_through(EAST, id)
    (row,) = await house.found(old="R1")
    assert [house.archive.path(row)] == left == list(house.archive.folder.rglob("*.wav"))
    assert (await heard(house.archive, row)).getnframes() == 8000


async def test_a_full_disk_ends_it_with_a_word_and_nothing_comes_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (1, 2):
        a_wav(house.sound / f"{one}.wav", LOUD)
    await house.sheet(*(a_row(f"R{one}", 录音文件=f"{one}.wav") for one in (1, 2)))
    id = await house.new()
    take_in, tries = house.archive.take_in, list[int]()

    async def full(*given: Any, **more: Any) -> Recording:
        tries.append(1)
        if len(tries) == 2:
            raise OSError(28, "No space left on device")
        return await take_in(*given, **more)

    monkeypatch.setattr(house.archive, "take_in", full)

    await house.imports.begin(EAST, id, "take")
    await house.imports.go_through(EAST, id)
    row = await house.row(id)
    assert row.state == "failed" and "No space left" in row.message
    await house.imports.begin(EAST, id, "take")
    await house.imports.go_through(EAST, id)
    row = await house.row(id)
    assert (row.state, row.good, row.again, await house.count()) == ("done", 2, 0, 2)


async def test_imported_recordings_do_not_stand_in_the_way_of_those_of_calls(house: House) -> None:
    """They have no call: whoever looks for calls' facts to say must not find them again and again."""
    a_wav(house.sound / "R1.wav", LOUD)
    await house.sheet(a_row("R1", 录音文件="R1.wav"))
    await house.run(await house.new(), "take")
    (row,) = await house.found(old="R1")
    assert await house.search.without_facts(row.started_at, "call", 10) == []


async def test_taken_back_its_sound_and_keys_are_gone_and_it_can_come_again(house: House) -> None:
    for one in ("R1", "R2"):
        a_wav(house.sound / f"{one}.wav", LOUD)
    await house.sheet(a_row("R1", 录音文件="R1.wav"), a_row("R2", 录音文件="R2.wav"))
    id = await house.new()
    await house.run(id, "take")
    (held,) = await house.found(old="R2")
    async with house.store.writing() as session:
        await house.rows.hold(session, held.id, "诉讼")
    row = await house.run(id, "undo")
    assert (row.state, row.message) == ("undone", "已撤销 1 条，1 条已保全或无法清理，保留")
    (gone,) = await house.found(old="R1")
    assert (gone.state, gone.key) == ("removed", "") and not house.archive.path(gone).exists()
    assert house.archive.path(held).exists()
    row = await house.run(id, "take")
    assert (row.good, row.again, await house.count()) == (1, 1, 2)
    (back,) = await house.found(old="R1")
    assert back.id == gone.id and (await heard(house.archive, back)).getnframes() == 8000
