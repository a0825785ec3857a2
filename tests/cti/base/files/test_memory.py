"""Where scratch folders are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.base.files.memory import place_of_scratch


@pytest.mark.parametrize(("room", "there"), [(0, True), (2**62, False)])
def test_scratch_lies_in_memory_where_there_is_room(tmp_path: Path, room: int, there: bool) -> None:
    assert place_of_scratch(tmp_path, room) == (str(tmp_path) if there else None)


def test_a_machine_without_such_a_place_has_its_usual_one(tmp_path: Path) -> None:
    assert place_of_scratch(tmp_path / "none", 0) is None
