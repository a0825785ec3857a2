"""Finds or fetches the broker beside the engine, Mosquitto. Without one the hotline's embedded broker serves."""

from __future__ import annotations

import os
import time
from pathlib import Path

from setup.cache import cache_dir
from setup.progress import Progress, SetupError
from setup.tools import MOSQUITTO, Tool, ensure_tool

__all__ = ["Tool", "ensure_mosquitto", "mosquitto_if_possible"]

ASK_AGAIN_SECONDS = 24 * 3600.0
"""A machine that could not fetch it does not ask at every start."""


def ensure_mosquitto(progress: Progress) -> Path:
    """Return the path of a Mosquitto. ``HOTLINE_MOSQUITTO`` names one to be used instead. Raises SetupError."""
    chosen = os.environ.get("HOTLINE_MOSQUITTO")
    return Path(chosen).absolute() if chosen else ensure_tool(MOSQUITTO, progress)


def mosquitto_if_possible(progress: Progress) -> dict[str, str]:
    """The variable that names it; nothing, and a note, where it is not to be had."""
    missed = cache_dir() / "mosquitto.missed"
    try:
        if "HOTLINE_MOSQUITTO" not in os.environ and time.time() - missed.stat().st_mtime < ASK_AGAIN_SECONDS:
            return {}
    except OSError:
        pass
    try:
        return {"HOTLINE_MOSQUITTO": str(ensure_mosquitto(progress))}
    except SetupError as error:
        progress.note(f"the embedded broker serves: {error}")
        missed.parent.mkdir(parents=True, exist_ok=True)
        missed.touch()
        return {}
