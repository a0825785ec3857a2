"""A real FreeSWITCH with real SIP telephones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.switch.sip_world import SipDriver, open_sip_driver
from tests.real_freeswitch import RealFreeswitch

MARKS = [pytest.mark.freeswitch]


@contextlib.contextmanager
def open_driver(folder: Path) -> Iterator[SipDriver]:
    """Start FreeSWITCH and telephones."""
    with open_sip_driver(lambda given: RealFreeswitch(folder, **given)) as driver:
        yield driver
