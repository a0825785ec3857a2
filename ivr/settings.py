"""This room's section of the settings."""

from __future__ import annotations

from pathlib import Path

import pydantic

from cti.base.settings import Name, Section


class VoiceSettings(Section):
    """The voice that reads free text: `name` at `speed` (1.0 is its own).

    A caller waits `patience` seconds for a sentence to be synthesised, with music; then the flow goes on without it.
    `cache` is where packages and model were installed, `weights` a folder with an operator's own `*.onnx` and
    `voices/*.bin`.
    """

    enabled: bool = pydantic.Field(default=True, title="启用")
    name: str = pydantic.Field(default="zf_xiaobei", title="音色")
    speed: float = pydantic.Field(default=0.9, ge=0.5, le=2.0, title="语速")
    patience: float = pydantic.Field(default=8.0, ge=0.5, le=30.0, title="来电者最多等待秒数")
    cache: Path | None = pydantic.Field(default=None, title="安装目录")
    weights: Path | None = pydantic.Field(default=None, title="自有模型目录")


class RecognitionSettings(Section):
    """The recogniser of what callers say: so many `processes` of so many `threads` side by side.

    A caller waits `patience` seconds for his words to be recognised, with music; then it counts as not understood.
    `cache` is where packages and model were installed, `weights` a folder with an operator's own Whisper model in
    CTranslate2's format (`model.bin`, `config.json`, `tokenizer.json`).
    """

    enabled: bool = pydantic.Field(default=True, title="启用")
    patience: float = pydantic.Field(default=6.0, ge=0.5, le=30.0, title="来电者最多等待秒数")
    processes: int = pydantic.Field(default=1, ge=1, le=16, title="进程数")
    threads: int = pydantic.Field(default=1, ge=1, le=16, title="每个进程的线程数")
    cache: Path | None = pydantic.Field(default=None, title="安装目录")
    weights: Path | None = pydantic.Field(default=None, title="自有模型目录")


class SurveySettings(Section):
    """Whether callers are asked how the talk was (满意度): not at all, or not after talks of these queues or agents."""

    enabled: bool = pydantic.Field(default=True, title="通话后邀请评价")
    not_queues: tuple[Name, ...] = pydantic.Field(default=(), title="不邀请评价的队列")
    not_agents: tuple[str, ...] = pydantic.Field(default=(), title="不邀请评价的座席工号")

    def asks(self, queue: str, agent: str) -> bool:
        """Whether to ask after a talk in `queue` with `agent`."""
        return self.enabled and queue not in self.not_queues and agent not in self.not_agents


class HttpSecret(Section):
    """What opens the system at `host`: the value of a header, such as `Bearer …`; it may be sealed (`hotline seal`)."""

    host: str
    value: str = pydantic.Field(repr=False)


class IvrSettings(Section):
    """`human_queue` takes calls whose flow cannot go on; `http_hosts` are those that flows may ask (none: nothing
    leaves), `http_secrets` what opens them, by name; `allowed_keys` is how many keys a menu may offer before a human
    can be reached. `languages` has, after a language, those whose prompts are heard where it has none (`zh_hk: [yue]`,
    `ug: [en]`); Mandarin is the last of all.
    """

    human_queue: Name = pydantic.Field(default="general", title="流程出错时转入的队列")
    http_hosts: tuple[str, ...] = pydantic.Field(default=(), title="流程可以访问的主机")
    http_secrets: dict[Name, HttpSecret] = pydantic.Field(default={}, title="流程访问主机所用的凭据")
    allowed_keys: int = pydantic.Field(default=2, ge=0, le=12, title="转人工前最多按键数")
    languages: dict[str, tuple[str, ...]] = pydantic.Field(default={}, title="各语言缺少录音时改用的语言")
    voice: VoiceSettings = pydantic.Field(default=VoiceSettings(), title="语音合成")
    recognition: RecognitionSettings = pydantic.Field(default=RecognitionSettings(), title="语音识别")
    survey: SurveySettings = pydantic.Field(default=SurveySettings(), title="满意度评价")
