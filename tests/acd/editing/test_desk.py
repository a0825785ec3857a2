"""Settings are edited while callers wait: by file and by screen, by version, checked, noted, undone."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from acd.editing.changes import Author, Change
from acd.editing.desk import AcdSettingsDesk, Wish
from acd.editing.items import Item
from acd.matching.work import WorkItem
from acd.settings import files
from acd.settings.files import load_settings
from acd.simulator.played import PlayedCall
from acd.simulator.world import World
from cti.base.files.documents import Problem
from cti.base.files.saved_files import SavedFiles
from cti.base.refusal import Conflict, Invalid, NotFound

WANG, LI = Author("p1", "王芳"), Author("p2", "李强")
HAND = """\
# Our queues.
skills: {mandarin: 普通话, social: 社保}
queues:
  social:   # the hard ones
    title: 社保专席
    need: social >= 4
    ring: 20
    steps:
      - {after: 30, need: social >= 2}   # not sooner
  general: {need: mandarin >= 1}
agents:
  "8001": {skills: {social: 3, mandarin: 2}}
"""


class States(dict[tuple[str, str], Any]):
    def put(self, kind: str, key: str, data: object) -> None:
        self[kind, key] = data

    def forget(self, kind: str, key: str) -> None:
        self.pop((kind, key), None)

    async def kept(self, kind: str) -> Mapping[str, Any]:
        return {key: data for (one, key), data in self.items() if one == kind}


async def nothing(changes: Sequence[Change]) -> None:
    """Nobody notes it."""


class Place:
    """A state directory, a world with callers, and the desk."""

    def __init__(self, folder: Path, text: str | None = HAND, states: States | None = None) -> None:
        self.folder = folder
        (folder / "acd").mkdir(exist_ok=True)
        self.hand = folder / "acd" / "queues.yaml"
        if text is not None:
            self.hand.write_text(text, "utf-8")
        self.world = World(load_settings(folder))
        self.states = states if states is not None else States()
        self.desk = AcdSettingsDesk(folder, self.world.acd, self.states, self.world.clock)
        self.told: list[tuple[Problem, ...]] = []
        self.desk.on_problems = self.told.append
        self.watcher = SavedFiles(lambda: files.files(folder), self.desk.reload, "acd")

    async def start(self) -> Place:
        await self.desk.start(self.states.kept)
        return self

    def call(self, id: str, queue: str) -> None:
        self.world.arrive(PlayedCall(self.world, WorkItem(id, "call", queue), talk=60))

    async def change(self, key: str, version: int, value: Any, by: Author = WANG) -> list[Change]:
        return await self.desk.change([Wish(Item.of(key), version, value)], by, nothing)

    async def saved(self, text: str) -> None:
        """Somebody saves the file; the watcher sees it, and sees it settled."""
        self.hand.write_text(textwrap.dedent(text), "utf-8")
        os.utime(self.hand, (1, self.hand.stat().st_mtime + 10))
        assert await self.watcher.look() is False
        assert await self.watcher.look() is True


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    return await Place(tmp_path).start()


async def test_a_change_holds_at_once_for_those_who_wait_and_comments_stay(place: Place) -> None:
    place.world.agent_state("8001", "ready")
    place.call("c1", "social")
    assert place.world.acd.agent("8001").state == "ready"
    value = {**place.desk.value(Item("queues", "social")), "need": "social >= 3"}
    (change,) = await place.change("queues/social", 1, value)
    assert place.world.acd.agent("8001").state == "reserved"
    assert (change.version, change.by, change.fields) == (2, "王芳", ("need",))
    text = place.hand.read_text("utf-8")
    assert text == HAND.replace("social >= 4", "social >= 3")
    assert load_settings(place.folder) == place.desk.settings


async def test_who_comes_second_is_told_who_changed_what(place: Place) -> None:
    social = place.desk.value(Item("queues", "social"))
    await place.change("queues/social", 1, {**social, "ring": 30})
    with pytest.raises(Conflict) as refused:
        await place.change("queues/social", 1, {**social, "title": "社保"}, LI)
    assert refused.value.code == "changed"
    assert "王芳于01月01日" in refused.value.detail and "修改了ring" in refused.value.detail
    (told,) = refused.value.more["changes"]  # type: ignore[misc]
    assert (told["version"], told["by"], told["fields"]) == (2, "王芳", ["ring"])
    await place.change("queues/general", 1, {"need": "mandarin >= 2"}, LI)  # another piece is another matter
    assert place.desk.settings.queues["social"].ring == 30


@pytest.mark.parametrize(
    ("key", "value", "field", "words"),
    [
        ("queues/social", {"need": "social >="}, "need", "第 10 个字符：此处应为级别，却结束了"),
        ("queues/social", {"need": "socail >= 2"}, "need", "第 1 个字符：没有技能“socail”"),
        ("queues/social", {"steps": [{"after": 9, "need": "soc"}]}, "steps.0.need", "没有技能“soc”"),
        ("queues/social", {"ring": 0}, "ring", "不能小于 1"),
        ("queues/social", {"steps": [{"after": 9}, {"after": 8}]}, "steps", "应依次增加"),
        ("queues/social", {"overflow": {"closed": "queue:gone"}}, "overflow.closed", "没有队列“gone”"),
        ("queues/social", {"calendar": "office"}, "calendar", "没有日历“office”"),
        ("agents/8001", {"skills": {"social": 6}}, "skills.social", "不能大于 5"),
        ("agents/8001", {"skills": {"french": 2}}, "skills.french", "没有技能“french”"),
        ("agents/8001", {"queues": ["x"]}, "queues.0", "没有队列“x”"),
        ("calendars/office", {"week": {"mon": ["8-9"]}}, "week.mon.0", "时段写作"),
        ("skills/social", None, None, "队列“social”仍在使用"),
        ("queues/Bad Name", {"need": ""}, "name", "格式不正确"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_changes_nothing(
    place: Place, key: str, value: Any, field: str | None, words: str
) -> None:
    before = place.desk.settings
    version = 1 if Item.of(key) in place.desk.items else 0
    with pytest.raises(Invalid) as refused:
        await place.change(key, version, value)
    assert refused.value.field == field
    assert words in refused.value.detail
    assert place.desk.settings is before and place.hand.read_text("utf-8") == HAND


async def test_pieces_come_and_go_and_come_back(place: Place) -> None:
    await place.change("breaks/tea", 0, {"title": "茶歇", "limit": 300})
    assert place.desk.settings.breaks["tea"].limit == 300
    assert "lunch" in place.desk.settings.breaks, "those that came with the programme stay"
    with pytest.raises(Conflict):
        await place.change("breaks/tea", 0, {"title": "又一个"}, LI)
    (gone,) = await place.change("breaks/tea", 1, None)
    assert "tea" not in place.desk.settings.breaks
    await place.desk.undo(gone.number, LI, nothing)
    assert place.desk.settings.breaks["tea"].title == "茶歇"
    assert place.desk.changes.version(Item("breaks", "tea")) == 3
    with pytest.raises(NotFound):
        await place.desk.undo(999, LI, nothing)


async def test_undo_brings_back_what_was_unless_it_changed_since(place: Place) -> None:
    social = place.desk.value(Item("queues", "social"))
    (first,) = await place.change("queues/social", 1, {**social, "need": "social >= 1"})
    (undone,) = await place.desk.undo(first.number, LI, nothing)
    assert (undone.undoes, undone.by) == (first.number, "李强")
    assert place.hand.read_text("utf-8") == HAND
    await place.change("queues/social", 3, {**social, "ring": 9})
    with pytest.raises(Conflict) as refused:
        await place.desk.undo(undone.number, LI, nothing)
    assert "修改了ring" in refused.value.detail


async def test_many_at_once_are_all_or_none(place: Place) -> None:
    wishes = [Wish(Item("agents", "8001"), 1, {"skills": {"social": 5}}), Wish(Item("agents", "8002"), 0, {"rank": 0})]
    with pytest.raises(Invalid):
        await place.desk.change(wishes, WANG, nothing)
    assert place.desk.settings.agents["8001"].skills["social"] == 3
    wishes[1] = Wish(Item("agents", "8002"), 0, {"skills": {"social": 1}})
    await place.desk.change(wishes, WANG, nothing)
    assert place.desk.settings.agent("8002").skills == {"social": 1}
    assert load_settings(place.folder) == place.desk.settings


async def test_whoever_refuses_before_it_holds_is_heeded(place: Place) -> None:
    async def refuse(changes: Sequence[Change]) -> None:
        assert [change.before for change in changes] == [{"skills": {"social": 3, "mandarin": 2}}]
        raise NotFound("no_such_agent", "没有这个座席")

    with pytest.raises(NotFound):
        await place.desk.change([Wish(Item("agents", "8001"), 1, {})], WANG, refuse)
    assert place.hand.read_text("utf-8") == HAND and place.desk.changes.version(Item("agents", "8001")) == 1


async def test_a_file_that_is_saved_holds_at_once_and_counts_as_a_change(place: Place) -> None:
    place.world.agent_state("8001", "ready")
    place.call("c1", "social")
    await place.saved(HAND.replace("social >= 4", "social >= 2"))
    assert place.world.acd.agent("8001").state == "reserved"
    with pytest.raises(Conflict) as refused:
        await place.change("queues/social", 1, {"need": "social"})
    assert "配置文件于" in refused.value.detail
    assert await place.watcher.look() is True, "nothing new"


async def test_a_bad_file_is_refused_with_its_lines_and_the_old_settings_go_on(place: Place) -> None:
    before = place.desk.settings
    await place.saved(HAND.replace("social >= 4", "social >> 4"))
    assert place.desk.settings is before
    (problem,) = place.told[-1]
    assert (Path(problem.file).name, problem.line) == ("queues.yaml", 6)
    assert "character 9" in problem.message
    with pytest.raises(Conflict) as refused:
        await place.change("queues/general", 1, {"need": ""})
    assert "queues.yaml:6" in refused.value.detail
    await place.saved(HAND)
    assert place.told[-1] == () and place.desk.settings == before


async def test_what_changed_while_no_engine_ran_counts_as_changed(place: Place, tmp_path: Path) -> None:
    await place.change("queues/general", 1, {"need": "mandarin >= 2"})
    text = place.hand.read_text("utf-8").replace("ring: 20", "ring: 25")
    again = await Place(tmp_path, text, place.states).start()
    assert again.desk.changes.version(Item("queues", "social")) == 2
    assert again.desk.changes.version(Item("queues", "general")) == 2
    assert again.desk.changes.version(Item("agents", "8001")) == 1


async def test_without_any_file_the_first_change_writes_what_came_with_the_programme(tmp_path: Path) -> None:
    place = await Place(tmp_path, None).start()
    general = place.desk.value(Item("queues", "general"))
    await place.change("queues/general", 1, {**general, "title": "综合"})
    settings = load_settings(tmp_path)
    assert settings.queues["general"].title == "综合" and "enterprise" in settings.queues
    assert settings == place.desk.settings
    assert (tmp_path / "acd" / "screens.yaml").read_text("utf-8").startswith("# Queues, skills")
    await place.change("everyone", 1, {"skills": {"mandarin": 4}})
    assert place.world.acd.agent("9999").skills == {"mandarin": 4}


async def test_a_queue_in_settings_yaml_is_changed_there(tmp_path: Path) -> None:
    text = "# house\nhttp: {port: 1}\nacd:\n  queues: {one: {need: ''}}  # ours\n"
    (tmp_path / "settings.yaml").write_text(text, "utf-8")
    place = await Place(tmp_path, None).start()
    await place.change("queues/two", 0, {"need": "mandarin"})
    text = (tmp_path / "settings.yaml").read_text("utf-8")
    assert "# house" in text and "# ours" in text and "two: {need: mandarin}" in text
    assert not (tmp_path / "acd" / "screens.yaml").exists()
