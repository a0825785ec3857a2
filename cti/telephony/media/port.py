"""Live audio: signed 16-bit little-endian samples, mono, at `rate` samples a second, in frames of 20 ms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

FRAME_SECONDS = 0.02


class Listener(Protocol):
    """A one-way copy of what one side of a leg says or hears."""

    @property
    def rate(self) -> int:
        """Samples a second."""

    def frames(self) -> AsyncIterator[bytes]:
        """Frames as they come; ends when the leg is gone or the listener is closed. A slow reader loses the oldest."""

    async def close(self) -> None:
        """Stop listening."""


class AudioStream(Protocol):
    """A leg's audio, both ways: what the party says comes in `frames`, what we write is heard."""

    @property
    def rate(self) -> int:
        """Samples a second."""

    def frames(self) -> AsyncIterator[bytes]:
        """What the party says; ends when the leg is gone or the stream is closed."""

    def digits(self) -> AsyncIterator[str]:
        """Keys pressed while the stream is open."""

    async def write(self, samples: bytes) -> None:
        """Queue audio to be heard, at most 2 s ahead of what was spoken; waits when more is queued."""

    def clear(self) -> None:
        """Forget queued audio: the party hears silence within two frames (barge-in, 智能打断)."""

    async def close(self) -> None:
        """End the stream; the session goes on."""
