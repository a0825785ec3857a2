"""Which recogniser this house has: what was installed, or the operator's own weights; never fetched by an engine."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ivr.recognition import whisper_packages
from ivr.recognition.port import NoRecogniser, Recogniser
from ivr.recognition.process import ProcessRecogniser
from ivr.settings import RecognitionSettings


@dataclass(frozen=True, slots=True)
class Recognition:
    """The house's recogniser, for flows and talks alike; its `trouble` says why it hears nobody."""

    recogniser: Recogniser


_ROOT = Path(__file__).resolve().parents[2]
INSTALL = "hotline recogniser --install"


def find_recogniser(settings: RecognitionSettings) -> ProcessRecogniser | NoRecogniser:
    """The recogniser of the settings; a NoRecogniser says what is missing. Looks at files only."""
    if not settings.enabled:
        return NoRecogniser("已在设置中关闭（ivr.recognition.enabled）")
    home = whisper_packages.installed(settings.cache)
    if home is None:
        return NoRecogniser(f"尚未安装语音识别引擎，请在服务器上运行 {INSTALL}")
    model = settings.weights or home / "model"
    if missing := [name for name in whisper_packages.MODEL_FILES if not (model / name).is_file()]:
        return NoRecogniser(f"设置的模型目录 {model} 中缺少 {'、'.join(missing)}")
    command = (
        sys.executable, "-m", "ivr.recognition.worker", str(model), str(home / "packages"), str(settings.threads),
    )  # fmt: skip
    path = os.pathsep.join(one for one in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if one)
    return ProcessRecogniser(command, environment={**os.environ, "PYTHONPATH": path}, count=settings.processes)
