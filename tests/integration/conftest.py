import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_hotline import RunningHotline, started


@pytest.fixture(scope="session")
def hotline() -> Iterator[RunningHotline]:
    """One hotline for all tests of this folder: each leaves it as it found it, whatever was killed meanwhile."""
    with tempfile.TemporaryDirectory(prefix="hotline-test-") as folder:
        yield from started(Path(folder))


@pytest.fixture(autouse=True)
def logs_when_failed(request: pytest.FixtureRequest) -> Iterator[None]:
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before and "hotline" in request.fixturenames:
        print(request.getfixturevalue("hotline").logs())
