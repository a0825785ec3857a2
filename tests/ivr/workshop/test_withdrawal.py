"""A flow is taken out of force: who began with it goes on, and nothing but a publication brings it back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from acd.settings.schema import AcdSettings
from cti.base.files import documents
from cti.base.numbers.number_plan import NumberPlan
from cti.base.settings import CalledNumber, Settings
from cti.office.workshop.revisions import Conflict, Withdrawal
from cti.office.workshop.watcher import LibraryWatcher
from ivr import checks
from ivr.definition import reading
from ivr.definition.routing import Routing, RoutingFile
from ivr.lint import Known
from ivr.workshop.library import FlowLibrary
from ivr.workshop.uses import OF_THE_HOUSE, FlowUses, by_flows, by_numbers, by_queues
from tests.ivr.engine_deaths import run
from tests.ivr.trying import WORDS

GOOD = "flow: small\nstart: a\nnodes:\n  a: {end: first}\n"
NEXT = GOOD.replace("first", "second")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    (tmp_path / "shipped").mkdir()
    return tmp_path / "shipped"


def library_of(folder: Path, shipped: Path) -> FlowLibrary:
    return FlowLibrary(folder / "flows", known=lambda flows: Known(flows=flows), texts=WORDS, shipped=shipped)


def withdrawn(library: FlowLibrary) -> None:
    library.publish(GOOD, author="wang", message="第一版")
    library.withdraw("small", author="wang", message="不再使用")


def test_who_began_with_it_goes_on(tmp_path: Path, shipped: Path) -> None:
    library = library_of(tmp_path, shipped)
    withdrawn(library)
    with pytest.raises(KeyError):
        library.current("small")
    assert library.names == [] and list(library.withdrawn) == ["small"]
    for one in (library, library_of(tmp_path, shipped)):
        assert one.revision("small", 1).revision == 1
    with pytest.raises(KeyError):
        library.withdraw("small", author="wang", message="再次")


def test_a_call_that_began_before_goes_through_it(tmp_path: Path, shipped: Path) -> None:
    """It goes by a revision that still calls a flow which nothing else needs any more."""
    library = library_of(tmp_path, shipped)
    library.publish(GOOD, author="wang", message="第一版")
    main = "flow: main\nstart: a\ndefault: c\nnodes:\n  a: {call: small, ends: {first: b}, next: c}\n"
    main += "  b: {end: through}\n  c: {end: past}\n"
    library.publish(main, author="wang", message="第一版")
    library.withdraw("small", author="wang", message="不再使用")
    ran = run(library, "main")
    assert ran.ending is not None and ran.ending.outcome == "through"


def test_it_stays_withdrawn_when_the_engine_starts_again(tmp_path: Path, shipped: Path) -> None:
    library = library_of(tmp_path, shipped)
    withdrawn(library)
    again = library_of(tmp_path, shipped)
    assert again.names == [] and again.withdrawn["small"].revision == 1
    assert again.revisions is not None
    found = again.revisions.withdrawal("small")
    assert found is not None and (found.author, found.message) == ("wang", "不再使用")
    assert again.publish(GOOD, author="li", message="恢复").revision == 2
    assert library_of(tmp_path, shipped).current("small").revision == 2
    assert again.revisions.withdrawal("small") is None


def test_a_new_version_of_what_came_along_does_not_bring_it_back(tmp_path: Path, shipped: Path) -> None:
    (shipped / "small.yaml").write_text(GOOD, "utf-8")
    library_of(tmp_path, shipped).withdraw("small", author="wang", message="不再使用")
    (shipped / "small.yaml").write_text(NEXT, "utf-8")
    again = library_of(tmp_path, shipped)
    assert again.names == [] and again.revisions is not None and len(again.revisions.history("small")) == 1


async def test_the_file_of_an_editor_goes_and_one_that_is_saved_again_is_published(
    tmp_path: Path, shipped: Path
) -> None:
    library, path = library_of(tmp_path, shipped), tmp_path / "flows" / "small.yaml"
    withdrawn(library)
    assert not path.exists()
    watcher = LibraryWatcher(library)

    path.write_text(GOOD, "utf-8")
    for _ in range(2):
        await watcher.look()
    assert library.current("small").revision == 2
    path.write_text(NEXT, "utf-8")
    library.withdraw("small", author="wang", message="不再使用")
    assert path.with_suffix(".unpublished").read_text("utf-8") == NEXT and not path.exists()


async def test_another_process_follows(tmp_path: Path, shipped: Path) -> None:
    library = library_of(tmp_path, shipped)
    library.publish(GOOD, author="wang", message="第一版")
    other = library_of(tmp_path, shipped)
    watcher = LibraryWatcher(other)
    library.withdraw("small", author="wang", message="不再使用")
    await watcher.look()
    assert other.names == []
    library.publish(NEXT, author="wang", message="恢复")
    await watcher.look()
    assert other.current("small").revision == 2


def test_what_was_published_meanwhile_is_not_withdrawn(tmp_path: Path, shipped: Path) -> None:
    library = library_of(tmp_path, shipped)
    library.publish(GOOD, author="wang", message="第一版")
    assert library.revisions is not None
    with pytest.raises(Conflict):
        library.revisions.withdraw("small", Withdrawal(datetime.now(UTC).isoformat(), "li", "旧"), base=0)
    assert library_of(tmp_path, shipped).current("small").revision == 1


def test_settings_may_not_name_it(tmp_path: Path, shipped: Path) -> None:
    withdrawn(library_of(tmp_path, shipped))
    assert "small" not in checks.names(Settings.load(tmp_path))["flow"]
    library_of(tmp_path, shipped).publish(GOOD, author="wang", message="恢复")
    assert "small" in checks.names(Settings.load(tmp_path))["flow"]


def test_what_goes_by_a_flow() -> None:
    texts = (
        "flow: main\ntitle: 总导航\nstart: a\nnodes:\n  a: {call: small, note: 子菜单, next: b}\n"
        "  b: {transfer: {flow: other}}\n",
        "flow: asked\nstart: a\nasides:\n  small: {flow: small, examples: [几点上班]}\nnodes:\n  a: {end: done}\n",
    )
    flows = {one.name: one for one in (reading.flow_of(documents.parse(text, "f"), 1) for text in texts)}
    assert list(by_flows(flows, "small")) == ["流程“总导航”的节点“子菜单”", "流程“asked”的插话应答"]
    assert list(by_flows(flows, "other")) == ["流程“总导航”的节点“b”"] and not list(by_flows(flows, "main"))
    routes = {"routes": [{"number": ["12328", "12329"], "choose": [{"flow": "small"}]}]}
    routing = Routing(RoutingFile.model_validate(routes))
    plan = NumberPlan({"12345": CalledNumber(flow="main")})
    assert list(by_numbers(plan, routing, "small")) == ["路由表中的号码 12328、12329"]
    assert list(by_numbers(plan, routing, "main")) == ["接入号码 12345"]
    queue = {"title": "综合受理", "need": "mandarin >= 1", "overflow": {"closed": "flow:night", "no_agents": "message"}}
    settings = AcdSettings.model_validate({"queues": {"general": queue}})
    assert list(by_queues(settings, "night")) == ["队列“综合受理”的溢出去向"] and not list(by_queues(settings, "main"))


async def test_flows_that_the_house_runs_by_name_are_kept() -> None:
    assert await FlowUses().of("callback") == [OF_THE_HOUSE["callback"]]
    assert await FlowUses().of("small") == []
