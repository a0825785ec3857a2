"""Outlines of recordings: how loud each side is, and who speaks when, however the sound comes in pieces."""

from __future__ import annotations

import base64
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select

from cti.base.ids import new_id
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording
from recorder.archive import Sound
from recorder.models import OutlineRow
from recorder.outline import Outlines, outline, speech
from recorder.wav import HEADER_BYTES
from tests.recorder.rooms import an_archive

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def spoken(*parts: tuple[float, int, int]) -> bytes:
    """Seconds in which the caller is so loud and the agent so loud."""
    return b"".join(
        np.tile(np.array([left, right], "<i2"), int(seconds * 8000)).tobytes() for seconds, left, right in parts
    )


TALK = spoken((1.0, 8000, 0), (0.3, 0, 0), (1.0, 8000, 0), (2.0, 0, 2000), (0.1, 20000, 0), (1.05, 0, 0))


def sound_of(samples: bytes, piece: int) -> Sound:
    whole = b"\0" * HEADER_BYTES + samples

    async def pieces(start: int, end: int) -> AsyncIterator[bytes]:
        for at in range(start, end, piece):
            yield whole[at : min(at + piece, end)]

    return Sound(len(whole), "", pieces)


@pytest.mark.parametrize("piece", [1000, 3201, 64_000, 10_000_000])
async def test_who_is_how_loud_and_speaks_when(piece: int) -> None:
    found = await outline(sound_of(TALK, piece), 2)
    caller, agent = (base64.b64decode(one) for one in found.sides)
    assert len(caller) == len(agent) == 55
    assert (caller[0], caller[11], agent[0], agent[30]) == (126, 0, 0, 63)
    # A breath ends nothing, and a click is no word.
    assert found.speech == [[(0.0, 2.3)], [(2.3, 4.3)]]


async def test_of_nothing_there_is_nothing() -> None:
    assert (await outline(sound_of(b"", 100), 2)).speech == [[], []]


async def test_it_is_made_once(store: Store, tmp_path: Path) -> None:
    archive = await an_archive(store, tmp_path / "recordings")
    raw = tmp_path / "one.raw"
    raw.write_bytes(TALK)
    row = Recording(new_id(), "c", "city", "320400", "1001", "", "", AT, "recording")
    row = await archive.take_in(row, raw)
    outlines = Outlines(store, archive)
    made = await outlines.of(row)
    archive.path(row).unlink()
    assert await outlines.of(row) == made and made.speech == [[(0.0, 2.3)], [(2.3, 4.3)]]
    async with store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(OutlineRow)) == 1


@given(some.lists(some.booleans(), max_size=200))
def test_stretches_are_in_order_apart_and_loud_at_both_ends(loud: list[bool]) -> None:
    found = list(speech(np.array([0.5 if one else 0.0 for one in loud])))
    for since, until in found:
        assert loud[round(since * 10)] and loud[round(until * 10) - 1] and until - since >= 0.19
    assert all(one[1] + 0.59 < other[0] for one, other in itertools.pairwise(found))
