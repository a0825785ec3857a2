"""When an engine last lived: what nobody wrote down ended then, and not when the next one looked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

FILE = "alive"


def give(data: Path) -> None:
    """This engine lives now."""
    (data / FILE).touch(mode=0o600)


def last(data: Path) -> datetime | None:
    """When one gave a sign of life last; None when none ever did."""
    try:
        return datetime.fromtimestamp((data / FILE).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
