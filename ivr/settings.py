"""This room's section of the settings."""

from __future__ import annotations

from pathlib import Path

import pydantic

from cti.settings import Name, Section


class VoiceSettings(Section):
    """The voice that reads free text: `name` at `speed` (1.0 is its own).

    A caller waits `patience` seconds for a sentence to be synthesised, with music; then the flow goes on without it.
    `cache` is where packages and model were installed, `weights` a folder with an operator's own `*.onnx` and
    `voices/*.bin`.
    """

    enabled: bool = True
    name: str = "zf_xiaobei"
    speed: float = pydantic.Field(default=0.9, ge=0.5, le=2.0)
    patience: float = pydantic.Field(default=8.0, ge=0.5, le=30.0)
    cache: Path | None = None
    weights: Path | None = None


class IvrSettings(Section):
    """`human_queue` takes calls whose flow cannot go on; `http_hosts` are those that flows may ask (none: nothing
    leaves); `allowed_keys` is how many keys a menu may offer before a human can be reached.
    """

    human_queue: Name = "general"
    http_hosts: tuple[str, ...] = ()
    allowed_keys: int = pydantic.Field(default=2, ge=0, le=12)
    voice: VoiceSettings = VoiceSettings()
