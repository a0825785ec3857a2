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


class RecognitionSettings(Section):
    """The recogniser of what callers say: so many `processes` of so many `threads` side by side.

    A caller waits `patience` seconds for his words to be recognised, with music; then it counts as not understood.
    `cache` is where packages and model were installed, `weights` a folder with an operator's own Whisper model in
    CTranslate2's format (`model.bin`, `config.json`, `tokenizer.json`).
    """

    enabled: bool = True
    patience: float = pydantic.Field(default=6.0, ge=0.5, le=30.0)
    processes: int = pydantic.Field(default=1, ge=1, le=16)
    threads: int = pydantic.Field(default=1, ge=1, le=16)
    cache: Path | None = None
    weights: Path | None = None


class SurveySettings(Section):
    """Whether callers are asked how the talk was (满意度): not at all, or not after talks of these queues or agents."""

    enabled: bool = True
    not_queues: tuple[Name, ...] = ()
    not_agents: tuple[str, ...] = ()

    def asks(self, queue: str, agent: str) -> bool:
        """Whether to ask after a talk in `queue` with `agent`."""
        return self.enabled and queue not in self.not_queues and agent not in self.not_agents


class IvrSettings(Section):
    """`human_queue` takes calls whose flow cannot go on; `http_hosts` are those that flows may ask (none: nothing
    leaves); `allowed_keys` is how many keys a menu may offer before a human can be reached.
    """

    human_queue: Name = "general"
    http_hosts: tuple[str, ...] = ()
    allowed_keys: int = pydantic.Field(default=2, ge=0, le=12)
    voice: VoiceSettings = VoiceSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    survey: SurveySettings = SurveySettings()
