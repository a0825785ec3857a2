"""Where numbers are at home."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from cti.base.numbers.number import Number
from cti.telephony.home_places import HomePlaces


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def places() -> HomePlaces:
    found = HomePlaces()
    await found.load()
    return found


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("13912345678", "江苏省常州市"),
        ("18012345678", "江苏省扬州市"),
        ("0519-8888 0000", "江苏省常州市"),
        ("010 12345678", "北京市"),
        ("12345", ""),
        ("8001", ""),
        ("", ""),
        ("+442071234567", ""),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_number_is_at_home_in_a_city(places: HomePlaces, said: str, place: str) -> None:
    assert places.of(Number.parse(said)) == place


def test_nothing_is_known_before_the_table_is_read() -> None:
    assert HomePlaces().of(Number.parse("13912345678")) == ""


async def test_who_stops_while_the_table_is_read_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ran on for seconds, and its pipe stood open."""
    started: list[asyncio.subprocess.Process] = []
    create = asyncio.create_subprocess_exec

    async def noted(*words: Any, **more: Any) -> asyncio.subprocess.Process:
        started.append(await create(*words, **more))
        return started[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    loading = asyncio.create_task(HomePlaces().load())
    async with asyncio.timeout(20):
        while not started:
            await asyncio.sleep(0.01)
        loading.cancel()
        await asyncio.wait([loading])
    assert loading.cancelled() and started[0].returncode is not None
