"""Which voice this house has: what was installed, or the operator's own weights; never fetched by a running engine."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from ivr.prompts import kokoro_packages
from ivr.prompts.voice import NoVoice, VoiceProcess
from ivr.settings import VoiceSettings

_ROOT = Path(__file__).resolve().parents[2]
INSTALL = "hotline prompt voice --install"


def find_voice(settings: VoiceSettings) -> VoiceProcess | NoVoice:
    """The voice of the settings; a NoVoice says what is missing. Looks at files only."""
    if not settings.enabled:
        return NoVoice("已在设置中关闭（ivr.voice.enabled）")
    home = kokoro_packages.installed(settings.cache)
    if home is None:
        return NoVoice(f"尚未安装合成引擎，请在服务器上运行 {INSTALL}")
    model, voices = home / "kokoro.onnx", home / "voices"
    if settings.weights is not None:
        models = sorted(settings.weights.glob("*.onnx"))
        if not models:
            return NoVoice(f"设置的模型目录中没有 *.onnx 文件（{settings.weights}）")
        model, voices = models[0], settings.weights / "voices"
    names = sorted(path.stem for path in voices.glob("*.bin"))
    if settings.name not in names:
        return NoVoice(f"没有设置的音色 {settings.name}")
    # The house's own voice first: it is what the page proposes.
    names.sort(key=lambda name: name != settings.name)
    stat = model.stat()
    mark = hashlib.sha256(f"{model} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:8]
    command = (sys.executable, "-m", "ivr.prompts.voice_worker", str(model), str(voices), str(home / "packages"))
    path = os.pathsep.join(one for one in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if one)
    return VoiceProcess(command, names, mark, environment={**os.environ, "PYTHONPATH": path})
