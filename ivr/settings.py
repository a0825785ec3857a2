"""This room's section of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pydantic

from cti.base.settings import Name, Section

SCHEMES = {"funasr": ("ws", "wss"), "service": ("http", "https")}
"""How the address of a recogniser on another server begins."""


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


Engine = Literal["whisper", "vosk", "funasr", "service"]


class RecognitionSettings(Section):
    """The recogniser of what callers say, and of what is said in talks.

    `whisper` and `vosk` work on this machine, so many `processes` of so many `threads` side by side; `cache` is where
    packages and model were installed, `weights` a folder with an operator's own model: of Whisper in CTranslate2's
    format (`model.bin`, `config.json`, `tokenizer.json`), of Vosk as it is distributed (needed). `funasr` and `service`
    (OpenAI's transcription call) are servers at `address`, of which `service` is asked for a `model`, with `key`.

    A caller waits `patience` seconds for his words to be recognised, with music; then it counts as not understood.
    """

    enabled: bool = pydantic.Field(default=True, title="启用")
    engine: Engine = pydantic.Field(
        default="whisper",
        title="识别引擎（whisper、vosk 在本机；funasr 为 FunASR 服务；service 为 OpenAI 转写接口服务）",
    )
    address: str = pydantic.Field(
        default="", max_length=300, title="识别服务地址（如 ws://10.0.0.8:10095、http://10.0.0.8:8000）"
    )
    model: str = pydantic.Field(default="whisper-1", max_length=120, title="识别服务的模型名")
    key: str = pydantic.Field(default="", max_length=500, repr=False, title="识别服务的密钥")
    patience: float = pydantic.Field(default=6.0, ge=0.5, le=30.0, title="来电者最多等待秒数")
    processes: int = pydantic.Field(default=1, ge=1, le=16, title="进程数")
    threads: int = pydantic.Field(default=1, ge=1, le=16, title="每个进程的线程数")
    cache: Path | None = pydantic.Field(default=None, title="安装目录")
    weights: Path | None = pydantic.Field(default=None, title="自有模型目录")

    @pydantic.model_validator(mode="after")
    def _has_what_its_engine_needs(self) -> RecognitionSettings:
        schemes = SCHEMES.get(self.engine)
        if schemes and urlsplit(self.address).scheme not in schemes:
            wanted = " or ".join(f"{one}://" for one in schemes)
            raise ValueError(f"address: engine {self.engine} needs the server's address, {wanted}…")
        if self.engine == "vosk" and self.weights is None:
            raise ValueError("weights: engine vosk needs the folder of its model")
        return self


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
