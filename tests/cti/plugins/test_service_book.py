"""What services there are, read from the code of a house of two plugins."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.files.documents import Document
from cti.base.refusal import NotFound
from cti.base.settings import Settings
from cti.plugins import House, PluginHost, Services, find_plugins
from cti.plugins.service_book import ServiceBook
from cti.plugins.services_api import ServiceQuery, ServicesApi
from tests.office import BOSS

OFFERS = '''
class Parkings:
    """Knows who may park where.

    Longer.
    """

    async def park(self, car: str, *, hours: int = 1) -> bool:
        """Give a place. Conflict when
        there is none.
        """

    def _own(self) -> None:
        pass

    @property
    def free(self) -> int:
        """How many are left."""
        return 0

async def setup(host):
    host.provide(Parkings, Parkings())
'''
USES = """
from ts_a.plugin import Parkings

async def setup(host):
    parkings = host.need(Parkings)
    if parkings.free:
        await parkings.park("A1")

async def other(host):
    parkings = None
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    for name, code, needs in (("a", OFFERS, "[]"), ("b", USES, '["a"]')):
        folder = tmp_path / f"ts_{name}"
        folder.mkdir()
        (folder / "manifest.toml").write_text(f'name = "{name}"\ntitle = "插件{name}"\nneeds = {needs}\n')
        (folder / "__init__.py").touch()
        (folder / "plugin.py").write_text(code)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


async def test_a_service_is_told_with_methods_example_and_users(root: Path) -> None:
    services, clock = Services(), VirtualClock()
    services.provide(VirtualClock, clock)
    host = PluginHost(House(Settings(Document("settings.yaml", {}, {}), root), clock, Bus(), services))
    plugins = find_plugins(root)
    await host.start(plugins)
    assert not host.failed
    book = ServiceBook(services, root, plugins)
    core, parkings = await book.all()
    assert (core.name, core.offered_by) == ("VirtualClock", "cti")
    assert (parkings.path, parkings.offered_by, parkings.says) == (
        "ts_a.plugin.Parkings", "a", "Knows who may park where.\n\nLonger.",
    )  # fmt: skip
    assert [(one.signature, one.says) for one in parkings.methods] == [
        ("free: int", "How many are left."),
        ("await park(car: str, *, hours: int = 1) -> bool", "Give a place. Conflict when there is none."),
    ]
    (use,) = parkings.uses
    assert (use.by, use.place) == ("b", "ts_b/plugin.py:5")
    assert use.lines == ("parkings = host.need(Parkings)", 'await parkings.park("A1")')

    api = ServicesApi(book, {"a": "停车", "b": "门卫"})
    whole = await api.service(BOSS, "ts_a-plugin-Parkings")
    assert whole.import_line == "from ts_a.plugin import Parkings" and whole.offered_by == "停车"
    assert whole.example.startswith("# ts_b/plugin.py:5\nparkings = host.need")
    found = await api.services(BOSS, ServiceQuery(search="place give"))
    assert [one.name for one in found.items] == ["Parkings"]
    with pytest.raises(NotFound):
        await book.one("nothing")
    await host.stop()
    assert [one.name for one in await book.all()] == ["VirtualClock"]
