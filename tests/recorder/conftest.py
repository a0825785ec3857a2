"""What tests of recordings share: a house with its archive, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.store.engine import Store
from tests.recorder.rooms import RecordingHouse, a_house


@pytest.fixture
async def recording_house(store: Store, tmp_path: Path) -> AsyncIterator[RecordingHouse]:
    """People, an audit and an empty archive, on virtual time."""
    async with a_house(store, tmp_path / "recordings") as house:
        yield house
