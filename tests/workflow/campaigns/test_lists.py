"""Lists from a spreadsheet: who would not be called is told of before anything is stored."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cti.base.numbers.number import Number
from cti.base.refusal import Invalid
from cti.office.records import importing
from cti.store.engine import Store
from cti.telephony.ways_out import DialClass, Dialler
from tests.office import BOSS
from tests.workflow.campaigns.campaign_place import CampaignPlace, place_on
from workflow.campaigns.views import DoNotCallFields, TargetFields

GOOD, SPARED, FORBIDDEN = "13800000001", "13800000002", "13800000003"


class Forbids:
    """A rule against one number."""

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        return "诈骗号段" if number.digits == f"+86{FORBIDDEN}" else None


@pytest.fixture
async def place(store: Store) -> CampaignPlace:
    found = await place_on(store)
    found.ways.forbid_by(Forbids())
    await found.targets.do_not_call.create(BOSS, DoNotCallFields(number=SPARED))
    return found


async def test_a_list_says_who_would_not_be_called_before_it_is_taken_in(place: CampaignPlace, tmp_path: Path) -> None:
    made = await place.campaign("满意度调查")
    titles = {one.key: one.title for one in importing.columns(place.targets)}
    file = tmp_path / "list.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.DictWriter(out, [titles["campaign"], titles["number"]])
        rows.writeheader()
        rows.writerows(
            {titles["campaign"]: made.title, titles["number"]: one} for one in (GOOD, SPARED, FORBIDDEN, GOOD)
        )
    seen = await importing.preview(place.targets, BOSS, file)
    assert (seen.total, seen.good, seen.bad) == (4, 1, 3)
    assert [(one.row, one.detail) for one in seen.errors] == [
        (3, "该号码已要求免打扰，不能加入名单"),
        (4, "禁拨号码，不能加入名单：诈骗号段"),
        (5, "该号码已在此活动的名单中"),
    ]
    assert await place.all() == [], "looking stores nothing"
    done = await importing.take_in(place.targets, BOSS, file)
    assert (done.added, done.failed) == (1, 3)
    assert [one.number for one in await place.all()] == [GOOD]


async def test_who_would_not_be_called_is_not_put_on_a_list_by_hand(place: CampaignPlace) -> None:
    made = await place.campaign("满意度调查")
    for number, code in ((SPARED, "do_not_call"), (FORBIDDEN, "forbidden")):
        with pytest.raises(Invalid) as refused:
            await place.targets.create(BOSS, TargetFields(campaign=made.id, number=number))
        assert (refused.value.code, refused.value.field) == (code, "number")
