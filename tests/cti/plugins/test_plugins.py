"""Plugins: found, ordered, started, stopped, and what goes wrong with one of them."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from cti.base.bus import Bus, Unsubscribe
from cti.base.clock import VirtualClock
from cti.base.events import AlarmRaised
from cti.base.files.documents import Document
from cti.base.refusal import Conflict, NotFound
from cti.base.settings import Settings
from cti.office.screens.registry import Screens
from cti.plugins import (
    House,
    PluginError,
    PluginHost,
    Services,
    find_plugins,
    in_order,
    read_manifest,
    running,
    survey,
)
from cti.plugins.migrating import migrate_with_plugins
from cti.plugins.running import PluginState
from cti.store.engine import Store

SETUP = """
log = []
async def setup(host):
    log.append("start")
    async def stop():
        log.append("stop")
    return stop
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def plugin(root: Path, name: str, *, needs: str = "[]", code: str = SETUP, extra: str = "") -> None:
    folder = root / f"tp_{name}"
    folder.mkdir()
    (folder / "manifest.toml").write_text(f'name = "{name}"\ntitle = "{name}"\nneeds = {needs}\n{extra}')
    (folder / "__init__.py").touch()
    (folder / "plugin.py").write_text(code)


def house(root: Path) -> House:
    return House(Settings(Document("settings.yaml", {}, {}), root), VirtualClock(), Bus(), Services())


async def test_each_starts_after_what_it_needs_and_stops_before(root: Path) -> None:
    plugin(root, "a", needs='["b"]')
    plugin(root, "b")
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    assert [one.name for one in host.running] == ["b", "a"]
    await host.stop()
    assert sys.modules["tp_a.plugin"].log == ["start", "stop"]
    assert host.running == []


async def test_calls_are_served_before_any_other_plugin_starts(root: Path) -> None:
    """All plugins stood between an engine's death and the first caller that the next one served."""
    plugin(root, "path", needs='["base"]', extra="essential = true\n")
    plugin(root, "door", extra="at_the_door = true\n")
    plugin(root, "base")
    plugin(root, "aside", needs='["path"]')
    plugin(root, "another")
    host = PluginHost(house(root))
    await host.start_first(find_plugins(root))
    assert {one.name for one in host.running} == {"base", "path", "door"}
    await host.start_rest()
    assert {one.name for one in host.running} == {"base", "path", "door", "aside", "another"}
    await host.stop()


async def test_one_that_fails_takes_only_those_with_it_that_need_it(root: Path) -> None:
    plugin(root, "bad", code="async def setup(host):\n    raise RuntimeError('broken')\n")
    plugin(root, "needy", needs='["bad"]')
    plugin(root, "good")
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    assert [one.name for one in host.running] == ["good"]
    assert host.failed == {"bad": "RuntimeError: broken", "needy": "needs bad, which did not start"}
    await host.stop()


async def test_what_it_took_is_given_back(root: Path) -> None:
    code = """
from cti.base.events import AlarmRaised
heard = []
class Thing: pass
async def work():
    import asyncio
    await asyncio.sleep(1000)
async def setup(host):
    host.provide(Thing, Thing())
    host.listen(AlarmRaised, heard.append)
    host.task(work(), "work")
"""
    plugin(root, "a", code=code)
    place = house(root)
    host = PluginHost(place)
    await host.start(find_plugins(root))
    module: Any = sys.modules["tp_a.plugin"]
    event = AlarmRaised(at=place.clock.wall(), name="x", text="")
    place.bus.publish(event)
    await asyncio.sleep(0)
    assert place.services.find(module.Thing) is not None
    await host.stop()
    place.bus.publish(event)
    assert module.heard == [event]
    assert place.services.find(module.Thing) is None


def test_manifests_are_checked(root: Path) -> None:
    plugin(root, "a", extra='hears = ["NoSuchEvent"]\n')
    with pytest.raises(PluginError, match=r"manifest.toml: hears: .*NoSuchEvent"):
        find_plugins(root)
    folder = root / "tp_b"
    folder.mkdir()
    (folder / "manifest.toml").write_text("name = ")
    with pytest.raises(PluginError, match=r"manifest\.toml"):
        read_manifest(folder, "tp_b")
    (folder / "manifest.toml").write_text('name = "b"\ntitle = "b"\ncolour = "red"\n')
    with pytest.raises(PluginError, match="colour"):
        read_manifest(folder, "tp_b")


def test_circles_and_unknown_needs_are_told(root: Path) -> None:
    plugin(root, "a", needs='["b"]')
    plugin(root, "b", needs='["a"]')
    with pytest.raises(PluginError, match="circle: a → b → a"):
        in_order(find_plugins(root))
    (root / "tp_b" / "manifest.toml").write_text('name = "b"\ntitle = "b"\nneeds = ["c"]\n')
    with pytest.raises(PluginError, match="b needs c, which does not exist"):
        in_order(find_plugins(root))
    (root / "tp_b" / "manifest.toml").write_text('name = "a"\ntitle = "b"\n')
    with pytest.raises(PluginError, match="two plugins are named a"):
        in_order(find_plugins(root))


def test_one_service_of_a_kind() -> None:
    services = Services()
    undo = services.provide(str, "one")
    with pytest.raises(PluginError, match="two services"):
        services.provide(str, "two")
    assert services.need(str) == "one"
    undo()
    with pytest.raises(PluginError, match="nobody offers"):
        services.need(str)


def test_a_service_is_used_while_it_is_there() -> None:
    services, seen = Services(), []

    def take(service: str) -> Unsubscribe:
        seen.append(f"{service} came")
        return lambda: seen.append(f"{service} went")

    end = services.when(str, take)
    assert seen == []
    services.provide(str, "one")()
    withdraw = services.provide(str, "two")
    assert seen == ["one came", "one went", "two came"]
    end()
    assert seen[-1] == "two went"
    withdraw()
    services.provide(str, "three")
    assert seen[-1] == "two went"


async def test_one_starts_after_what_it_uses_and_without_it(root: Path) -> None:
    plugin(root, "a", extra='uses = ["z", "nobody"]\n')
    plugin(root, "z", code="async def setup(host):\n    raise RuntimeError('late')\n", extra='uses = ["a"]\n')
    assert [one.name for one in in_order(find_plugins(root))] == ["z", "a"]
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    assert [one.name for one in host.running] == ["a"]
    assert host.needed_by("z") == []
    await host.stop()


async def test_one_is_stopped_started_and_reloaded_with_what_needs_it(root: Path) -> None:
    plugin(root, "a")
    plugin(root, "b", needs='["a"]')
    plugin(root, "c", needs='["b"]')
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    with pytest.raises(Conflict) as caught:
        await host.stop_one("a")
    assert caught.value.more["needed_by"] == ["b", "c"]
    await host.reload("a")
    assert [one.name for one in host.running] == ["a", "b", "c"]
    assert sys.modules["tp_c.plugin"].log == ["start", "stop", "start"]
    await host.stop_one("c")
    assert host.state("c") == (PluginState.STOPPED, "")
    await host.reload("b")
    assert [one.name for one in host.running] == ["a", "b"], "what was stopped stays so"
    await host.start_one("c")
    await host.start_one("c")
    assert sys.modules["tp_c.plugin"].log == ["start", "stop", "start", "stop", "start"]
    with pytest.raises(NotFound):
        await host.stop_one("nothing")
    await host.stop()


async def test_one_that_calls_go_through_stops_only_with_the_engine(root: Path) -> None:
    plugin(root, "a", extra="essential = true\n")
    plugin(root, "b")
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    for work in (host.stop_one("a"), host.reload("a")):
        with pytest.raises(Conflict, match="承载通话"):
            await work
    await host.stop()
    assert sys.modules["tp_a.plugin"].log == ["start", "stop"]


async def test_one_that_failed_can_be_started_when_the_cause_is_gone(root: Path) -> None:
    code = """
broken = True
async def setup(host):
    if broken:
        raise RuntimeError("no paper")
"""
    plugin(root, "a", code=code)
    plugin(root, "b", needs='["a"]')
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    assert host.state("a") == (PluginState.FAILED, "RuntimeError: no paper")
    with pytest.raises(Conflict, match="no paper"):
        await host.start_one("a")
    with pytest.raises(Conflict, match="needs a, which did not start"):
        await host.start_one("b")
    sys.modules["tp_a.plugin"].broken = False  # type: ignore[attr-defined]  # the test's own
    await host.start_one("a")
    await host.start_one("b")
    assert host.failed == {} and [one.name for one in host.running] == ["a", "b"]
    await host.stop()


async def test_one_that_hangs_or_breaks_down_at_any_time_harms_nobody(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "START_SECONDS", 0.05)
    monkeypatch.setattr(running, "STOP_SECONDS", 0.05)
    hang = "import asyncio\nasync def setup(host):\n    await asyncio.sleep(100)\n"
    hang_at_stop = """
import asyncio
async def setup(host):
    host.on_stop(lambda: undone.append(1))
    async def stop():
        await asyncio.sleep(100)
    return stop
undone = []
"""
    plugin(root, "hang", code=hang)
    plugin(root, "hang_at_stop", code=hang_at_stop)
    plugin(root, "leaves", code="import sys\nasync def setup(host):\n    sys.exit(3)\n")
    plugin(root, "wrong", code="async def setup(host)\n")
    plugin(
        root, "crash", code="async def setup(host):\n    async def work():\n        1 / 0\n    host.task(work(), 'w')\n"
    )
    bad_undo = (
        "async def setup(host):\n    host.on_stop(lambda: done.append(1))\n    host.on_stop(lambda: 1 / 0)\ndone = []\n"
    )
    plugin(root, "bad_undo", code=bad_undo)
    plugin(root, "good")
    host = PluginHost(house(root))
    await host.start(find_plugins(root))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sorted(host.failed) == ["hang", "leaves", "wrong"]
    assert host.state("crash") == (PluginState.RUNNING, "w: ZeroDivisionError: division by zero")
    await host.stop()
    assert sys.modules["tp_bad_undo.plugin"].done == [1] and sys.modules["tp_hang_at_stop.plugin"].undone == [1]
    assert host.running == []


def test_a_survey_leaves_out_what_cannot_start_and_says_why(root: Path) -> None:
    plugin(root, "good")
    plugin(root, "needs_good", needs='["good"]')
    plugin(root, "bad", extra='hears = ["NoSuchEvent"]\n')
    plugin(root, "lonely", needs='["nothing"]')
    plugin(root, "round", needs='["trip"]')
    plugin(root, "trip", needs='["round"]')
    plugin(root, "needs_lonely", needs='["lonely"]')
    (root / "tp_twin").mkdir()
    (root / "tp_twin" / "manifest.toml").write_text('name = "good"\ntitle = "t"\n')
    found, broken = survey(root)
    assert [one.name for one in found] == ["good", "needs_good"]
    assert set(broken) == {"tp_bad", "lonely", "round", "trip", "needs_lonely", "tp_twin"}
    assert "NoSuchEvent" in broken["tp_bad"] and "nothing" in broken["lonely"] and "circle" in broken["round"]


async def test_its_screens_come_and_go_with_it_and_a_wrong_one_makes_it_fail(root: Path) -> None:
    plugin(root, "a")
    plugin(root, "b")
    described = """
from cti.office.screens import Screen
SCREENS = (Screen(name="x", title="x", group="work", icon="x", permission="p", kind="component", component="x"),)
"""
    (root / "tp_a" / "screens.py").write_text(described)
    (root / "tp_b" / "screens.py").write_text(described)
    place, screens = house(root), Screens()
    place.services.provide(Screens, screens)
    host = PluginHost(place)
    await host.start(find_plugins(root))
    assert [one.name for one in screens.all] == ["x"]
    assert host.failed == {"b": "ValueError: two screens are named x"}
    assert sys.modules["tp_b.plugin"].log == ["start", "stop"], "its teardown ran"
    await host.stop()
    assert screens.all == []


async def test_a_plugin_whose_migration_fails_is_left_out_and_the_others_data_are_brought_forward(
    root: Path, store: Store
) -> None:
    plugin(root, "good")
    plugin(root, "bad")
    for name, work in (("good", "op.create_table('goods', sa.Column('id', sa.Integer))"), ("bad", "op.nothing()")):
        folder = root / f"tp_{name}" / "migrations"
        folder.mkdir()
        (folder / "0001_begin.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0001'\ndown_revision = None\n"
            f"def upgrade():\n    op.create_table('half_{name}', sa.Column('id', sa.Integer))\n    {work}\n"
        )
    failed = await migrate_with_plugins(store, find_plugins(root))
    assert set(failed) == {"bad"} and "could not be brought forward" in failed["bad"]
    async with store.engine.connect() as connection:
        tables = await connection.run_sync(lambda plain: inspect(plain).get_table_names())
    assert "goods" in tables and "half_good" in tables and "half_bad" not in tables
    host = PluginHost(house(root))
    await host.start(find_plugins(root), failed)
    assert [one.name for one in host.running] == ["good"]
    await host.stop()
