"""The `driver` fixture: every module of `drivers/` is a kind of switch, and every story runs on each.

A driver's module has `open_driver(folder)`, a context manager giving a `Driver`, and `MARKS`, pytest's marks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.switch.world import Driver

NAMES = sorted(path.stem for path in (Path(__file__).parent / "drivers").glob("*.py"))


def _module(name: str) -> Any:
    return importlib.import_module(f"tests.contract.switch.drivers.{name}")


@pytest.fixture(scope="session", params=[pytest.param(name, marks=_module(name).MARKS) for name in reversed(NAMES)])
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """A kind of switch, started once."""
    with _module(request.param).open_driver(tmp_path_factory.mktemp(request.param)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _media(request: pytest.FixtureRequest, driver: Driver) -> None:
    """Stories of live audio, or of what is sent on the wire, need a driver that has it."""
    if getattr(request.module, "NEEDS_MEDIA", False) and not getattr(driver, "has_media", True):
        pytest.skip("this fake has no media engine; the real switch runs it")
    if getattr(request.module, "NEEDS_SIP", False) and not getattr(driver, "has_sip", False):
        pytest.skip("nobody speaks SIP to this fake; the real switch runs it")
