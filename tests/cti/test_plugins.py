"""Plugins: found, ordered, started, stopped, and what goes wrong with one of them."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cti.bus import Bus
from cti.clock import VirtualClock
from cti.documents import Document
from cti.events import AlarmRaised
from cti.plugins import House, PluginError, PluginHost, Services, find_plugins, in_order, read_manifest
from cti.settings import Settings

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
from cti.events import AlarmRaised
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
