"""Where numbers are at home."""

import pytest
import pytest_asyncio

from cti.base.number import Number
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
