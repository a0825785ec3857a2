import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.free_ports import free_port
from tests.running_hotline import RunningHotline, started

SHOWN, ALSO_SHOWN = "051912345", "051988880000"
TRUNK = """\
trunks:
  carrier: {{host: 127.0.0.1, port: {port}, caller_ids: {{city: "{shown}"}}, more_caller_ids: {{city: ["{also}"]}}}}
tickets: {{unit_calls_from: ""}}
"""
"""A trunk; clerks call citizens at any hour, as tests do."""


@pytest.fixture(scope="session")
def hotline() -> Iterator[RunningHotline]:
    """One hotline for all tests of this folder: each leaves it as it found it, whatever was killed meanwhile."""
    with tempfile.TemporaryDirectory(prefix="hotline-test-") as folder:
        yield from started(Path(folder))


@pytest.fixture(scope="session")
def carrier() -> int:
    """The port at which the carrier takes our calls: that of the phones' stack."""
    return free_port()


@pytest.fixture(scope="session")
def dialling_hotline(carrier: int) -> Iterator[RunningHotline]:
    """Another one, with a trunk: its calls come to whoever listens at the carrier's port."""
    with tempfile.TemporaryDirectory(prefix="hotline-trunk-") as folder:
        yield from started(Path(folder), more=TRUNK.format(port=carrier, shown=SHOWN, also=ALSO_SHOWN))


@pytest.fixture(autouse=True)
def logs_when_failed(request: pytest.FixtureRequest) -> Iterator[None]:
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before:
        for name in {"hotline", "dialling_hotline"} & set(request.fixturenames):
            print(request.getfixturevalue(name).logs())
