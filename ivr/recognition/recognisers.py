"""Which recogniser this house has: on this machine what was installed, or the operator's own weights, never fetched by
an engine; else a server."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ivr.recognition import vosk_packages, whisper_packages
from ivr.recognition.funasr import FunAsr
from ivr.recognition.port import NoRecogniser, Recogniser
from ivr.recognition.process import ProcessRecogniser
from ivr.recognition.transcription_service import TranscriptionService
from ivr.settings import RecognitionSettings


class HouseRecogniser(Recogniser, Protocol):
    """One that was begun here."""

    async def close(self) -> None:
        """Hear nobody any more."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The house's recogniser, for flows and talks alike; its `trouble` says why it hears nobody."""

    recogniser: Recogniser


_ROOT = Path(__file__).resolve().parents[2]
INSTALL = "hotline recogniser --install"
VOSK_FILES = ("am/final.mdl", "conf/model.conf")
NOT_INSTALLED = f"尚未安装语音识别引擎，请在服务器上运行 {INSTALL}"


def find_recogniser(settings: RecognitionSettings) -> HouseRecogniser:
    """The recogniser of the settings; a NoRecogniser says what is missing. Looks at files only."""
    if not settings.enabled:
        return NoRecogniser("已在设置中关闭（ivr.recognition.enabled）")
    match settings.engine:
        case "funasr":
            return FunAsr(settings.address)
        case "service":
            return TranscriptionService(settings.address, settings.model, settings.key)
        case "vosk":
            return _vosk(settings)
    return _whisper(settings)


def _whisper(settings: RecognitionSettings) -> HouseRecogniser:
    home = whisper_packages.installed(settings.cache)
    if home is None:
        return NoRecogniser(NOT_INSTALLED)
    model = settings.weights or home / "model"
    return _process(settings, "worker", model, whisper_packages.MODEL_FILES, home, str(settings.threads))


def _vosk(settings: RecognitionSettings) -> HouseRecogniser:
    home = vosk_packages.installed(settings.cache)
    if home is None:
        return NoRecogniser(NOT_INSTALLED)
    assert settings.weights is not None, "the settings ask for it"
    return _process(settings, "vosk_worker", settings.weights, VOSK_FILES, home)


def _process(
    settings: RecognitionSettings, worker: str, model: Path, files: tuple[str, ...], home: Path, *more: str
) -> HouseRecogniser:
    if missing := [name for name in files if not (model / name).is_file()]:
        return NoRecogniser(f"设置的模型目录 {model} 中缺少 {'、'.join(missing)}")
    command = (sys.executable, "-m", f"ivr.recognition.{worker}", str(model), str(home / "packages"), *more)
    path = os.pathsep.join(one for one in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if one)
    return ProcessRecogniser(command, environment={**os.environ, "PYTHONPATH": path}, count=settings.processes)
