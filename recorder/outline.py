"""The outline of a recording: how loud each side is ten times a second, and when it speaks. Made once, and kept."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator

import msgspec
import numpy as np
import pydantic
from numpy.typing import NDArray

from cti.store.engine import Store
from cti.store.recordings.recordings import Recording
from cti.telephony.switch.port import RECORDING_RATE
from recorder.archive import Archive, Sound
from recorder.models import OutlineRow
from recorder.wav import HEADER_BYTES, SAMPLE_BYTES

A_SECOND = 10
FRAMES = RECORDING_RATE // A_SECOND
SPEAKS = 0.02
"""As loud, of the loudest possible, as a voice on a telephone is; noise of a line and of a room is less."""
PAUSE = 6
"""Tenths of a second without which nobody speaks."""
SHORTEST = 2
"""Tenths of a second that are a word, not a click."""


class Outline(pydantic.BaseModel):
    """`sides` are bytes in base 64, `a_second` of them: the square root of the loudest sample, 255 the loudest.

    `speech` has for each side from and to when it speaks, in seconds. The caller comes first.
    """

    a_second: int = A_SECOND
    sides: list[str]
    speech: list[list[tuple[float, float]]]


class Outlines:
    """Makes those of recordings that may be heard: whoever calls has asked."""

    def __init__(self, store: Store, archive: Archive) -> None:
        self._store = store
        self._archive = archive

    async def of(self, recording: Recording) -> Outline:
        """The kept one, or a new one. Conflict when the sound cannot be opened."""
        async with self._store.reading() as session:
            kept = await session.get(OutlineRow, recording.id)
        if kept is not None:
            return Outline.model_validate(msgspec.json.decode(kept.data))
        made = await outline(await self._archive.sound(recording), recording.channels)
        async with self._store.writing() as session:
            await session.merge(OutlineRow(recording=recording.id, data=made.model_dump_json()))
        return made


async def outline(sound: Sound, channels: int) -> Outline:
    """Of a WAV, piece by piece: an hour of it is not in memory at once."""
    bucket, rest, found = FRAMES * channels * SAMPLE_BYTES, b"", list[NDArray[np.float64]]()
    async for piece in sound.pieces(HEADER_BYTES, sound.size):
        whole = rest + piece
        ready = len(whole) // bucket * bucket
        rest = whole[ready:]
        if ready:
            found.append(await asyncio.to_thread(_loudest, whole[:ready], channels))
    if rest := rest[: len(rest) // (channels * SAMPLE_BYTES) * channels * SAMPLE_BYTES]:
        found.append(_loudest(rest.ljust(bucket, b"\0"), channels))
    levels = np.concatenate(found) if found else np.zeros((0, channels))
    kept = np.rint(np.sqrt(levels) * 255).astype(np.uint8)
    sides = [base64.b64encode(kept[:, side].tobytes()).decode() for side in range(channels)]
    return Outline(sides=sides, speech=[list(speech(levels[:, side])) for side in range(channels)])


def _loudest(samples: bytes, channels: int) -> NDArray[np.float64]:
    """Of each tenth of a second and side, from 0 to 1."""
    values = np.frombuffer(samples, "<i2").reshape(-1, FRAMES, channels).astype(np.int32)
    found: NDArray[np.float64] = np.abs(values).max(axis=1) / 32768
    return found


def speech(levels: NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    """From and to, in seconds, when somebody speaks whose loudness ten times a second this is."""
    loud = [int(at) for at in np.flatnonzero(levels >= SPEAKS)]
    begun = last = None
    for at in [*loud, None]:
        if begun is not None and last is not None and (at is None or at - last > PAUSE):
            if last + 1 - begun >= SHORTEST:
                yield begun / A_SECOND, (last + 1) / A_SECOND
            begun = None
        if begun is None:
            begun = at
        last = at
