"""What tests of finding stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.store.engine import Store
from tests.workflow.knowledge.finding.finder import Finder


@pytest.fixture
async def finder(store: Store, tmp_path: Path) -> AsyncIterator[Finder]:
    town = await Finder.on(store)
    await town.begin(tmp_path / "index")
    yield town
    await town.keeper.stop()
