"""Events that plugins tell of their own: found, kept in the journal, heard by others, told outside."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.base.ciphers.cipher import Cipher
from cti.base.events import EVENT_TYPES
from cti.base.numbers.number import Number
from cti.base.plugin_events import told_by
from cti.plugins import PluginError, find_plugins, survey
from cti.process.mqtt import message_of
from cti.store.journal.encoding import decode_event, encode_event

EVENTS = """
from dataclasses import dataclass
from typing import ClassVar
from cti.base.events import RecordEvent
from cti.base.numbers.number import Number

@dataclass(frozen=True, slots=True, kw_only=True)
class ParkingEvent(RecordEvent):
    kind: ClassVar[str] = "parking"

@dataclass(frozen=True, slots=True, kw_only=True)
class ParkingTaken(ParkingEvent):
    place: str
    driver: Number
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    modules, types = set(sys.modules), dict(EVENT_TYPES)
    yield tmp_path
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    EVENT_TYPES.clear()
    EVENT_TYPES.update(types)


def plugin(root: Path, name: str, events: str = "", manifest: str = "") -> None:
    folder = root / f"te_{name}"
    folder.mkdir()
    (folder / "manifest.toml").write_text(f'name = "{name}"\ntitle = "{name}"\n{manifest}')
    (folder / "__init__.py").touch()
    if events:
        (folder / "events.py").write_text(events)


def test_another_plugin_hears_them_whatever_their_order(root: Path) -> None:
    plugin(root, "a", manifest='hears = ["ParkingTaken"]\n')
    plugin(root, "b", EVENTS, 'tells = ["ParkingTaken"]\n')
    assert [one.name for one in find_plugins(root)] == ["a", "b"]
    assert told_by(root / "te_b", "te_b") == {"ParkingTaken"}


def test_they_stand_in_the_journal_sealed_and_go_outside_masked(root: Path, tmp_path: Path) -> None:
    plugin(root, "b", EVENTS)
    find_plugins(root)
    kind = EVENT_TYPES["ParkingTaken"]

    taken = kind(
        at=datetime(2026, 11, 25, tzinfo=UTC), record="P1", organisation="east", region="320404", place="7",
        driver=Number.parse("13800000001"),
    )  # type: ignore[call-arg]  # fmt: skip
    cipher = Cipher(b"k" * 32)
    stored = encode_event(taken, cipher)
    assert b"13800000001" not in stored and decode_event("ParkingTaken", taken.at, stored, cipher) == taken
    message = message_of(taken, 5)
    assert message is not None and message[0] == "hotline/v1/records/east/parking/P1/parking_taken"
    assert message[1]["driver"] == "138****0001" and message[1]["sequence"] == 5 and "kind" not in message[1]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        (EVENTS.replace("ParkingTaken", "CallArrived"), "cti.base.events has an event CallArrived already"),
        ("from cti.base.events import Event\nclass Loose(Event):\n    pass", "Loose is no frozen dataclass"),
    ],
)
def test_one_whose_events_are_wrong_is_told_with_its_file_and_keeps_no_other(
    root: Path, events: str, said: str
) -> None:
    plugin(root, "a")
    plugin(root, "b", events)
    found, broken = survey(root)
    assert [one.name for one in found] == ["a"]
    assert "te_b/events.py: " in broken["te_b"] and said in broken["te_b"]
    with pytest.raises(PluginError, match=r"events\.py"):
        find_plugins(root)
