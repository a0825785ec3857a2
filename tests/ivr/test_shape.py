"""The room's shape: its modules and folders build on each other and never in a circle."""

from __future__ import annotations

from tests.shape import in_a_circle, needs_of_folders, needs_of_modules


def test_no_module_of_the_room_is_reached_from_itself() -> None:
    assert not in_a_circle(needs_of_modules("ivr"))


def test_no_folder_of_the_room_is_reached_from_itself() -> None:
    """Ninety modules lay beside each other: nobody could tell what builds on what."""
    folders = needs_of_folders("ivr")
    assert "ivr.nodes" in folders
    assert not in_a_circle(folders)
