"""Where Vosk's library comes from: a pinned package in a private cache. Its model a city brings."""

from __future__ import annotations

from pathlib import Path

from ivr.speech_models import packages as model_packages
from ivr.speech_models.packages import Say

LOCK = Path(__file__).with_name("requirements-vosk.lock")


def default_cache() -> Path:
    """Where it is kept unless the settings say otherwise."""
    return model_packages.default_cache("vosk")


def installed(cache: Path | None = None) -> Path | None:
    """The folder with what was installed, `packages`; None when it was not."""
    home = model_packages.home_in(cache or default_cache(), LOCK)
    return home if home.is_dir() else None


def install(cache: Path, say: Say = print) -> Path:
    """Install the package into a folder of `cache`, and return the folder. Raises InstallFailed."""
    home = model_packages.home_in(cache, LOCK)
    if not home.is_dir():
        say("installing the recogniser's library")
    return model_packages.install(home, LOCK, lambda _scratch, _draft: None)
