"""Records that are numbered: by the next in order, in imports too; gaps stand on a page."""

from __future__ import annotations

from typing import ClassVar

import pytest

from cti.base.http.routes import Page
from cti.base.refusal import Conflict
from cti.office.numbering import Numbered
from cti.office.numbering.api import GapPage, gap_routes
from cti.office.records import Office
from tests.cti.office.records.conftest import CITY, EAST
from tests.cti.office.records.test_records import body
from tests.cti.office.records.trees import Trees


class LooseTrees(Trees):
    numbered: ClassVar[Numbered] = Numbered("no", "T{region}{serial:04}", gapless=False)


async def gaps(office: Office, visitor) -> list[tuple[str, str]]:
    (route,) = gap_routes(office.store, "tree", "树", "trees.see", "/api/trees")
    found = await route.handler(visitor, Page())
    assert isinstance(found, GapPage)
    return [(one.number, one.reason) for one in found.items]


async def test_a_record_has_the_next_number_and_what_is_refused_takes_none(trees: Trees, office: Office) -> None:
    assert (await trees.create(CITY, body("A1"))).no == "T3204000001"
    with pytest.raises(Conflict):
        await trees.create(CITY, body("A1"))
    assert (await trees.create(CITY, body("A2"))).no == "T3204000002"
    assert (await trees.create(EAST, body("B1"))).no == "T3204040001"
    assert await gaps(office, CITY) == []


async def test_a_number_drawn_before_is_lost_with_its_reason_where_the_record_fails_late(
    trees: Trees, office: Office
) -> None:
    loose = LooseTrees(office)
    assert (await loose.create(CITY, body("A1"))).no == "T3204000001"
    with pytest.raises(Conflict):
        await loose.create(CITY, body("A1"))
    assert await gaps(office, CITY) == [], "refused before a number was drawn"

    async def late(session, row) -> None:
        raise Conflict("late", "承办单位刚刚撤销")

    loose.follow = late  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="撤销"):
        await loose.create(CITY, body("A2"))
    assert await gaps(office, CITY) == [("T3204000002", "承办单位刚刚撤销")]
    assert await gaps(office, EAST) == [], "another organisation's"
    assert (await LooseTrees(office).create(CITY, body("A2"))).no == "T3204000003"
