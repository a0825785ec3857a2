"""A real Asterisk with real SIP telephones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.switch.sip_world import SipDriver, open_sip_driver
from tests.real_asterisk import RealAsterisk

MARKS = [pytest.mark.asterisk]


@contextlib.contextmanager
def open_driver(folder: Path) -> Iterator[SipDriver]:
    """Start Asterisk and telephones."""
    with open_sip_driver(lambda given: RealAsterisk(folder, **given)) as driver:
        yield driver
