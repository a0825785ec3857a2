"""What citizens suffer from at public sites of offices, rule by rule: each test holds one rule against it.

More rules of the same list have their tests where the thing itself is tested: one number, one code and numbers that are
sold again in `test_portal`, routes that tell another's request in `strangers`, a form that is sent twice and a follower
who may do nothing in `by_citizens/test_own_requests`, chats that outlive a reload and a desk without agents in
`tests/workflow/chat`, a site that fails unseen in `test_probing`.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.store.engine import Store
from tests.workflow.portal.open_portal import ROOT, Portal, Visitor, open_portal
from tests.workflow.portal.test_portal import ANSWER, send
from tests.workflow.tickets.ticket_town import LEADER, REVIEWER, WATER

LI, WANG = "13800000031", "13800000032"
LOADER_BYTES = 10 * 1024


@pytest.fixture
async def portal(sqlite_store: Store) -> AsyncIterator[Portal]:
    async with open_portal(sqlite_store) as found:
        yield found


async def test_a_citizen_reads_the_office_and_no_name_of_its_staff(portal: Portal) -> None:
    """Zammad#3405: addresses of the staff stood in what the customer read."""
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        number = await send(li)
        town, id = portal.town, await portal.id_of(number)
        acts = town.acts.act
        await acts(LEADER, id, "dispatch", {"lead": "water", "joint": [], "assisting": [], "note": ""})
        task = await town.task(id, "water")
        await acts(WATER, id, "sign", {}, task)
        await acts(WATER, id, "reply", {"answer": ANSWER, "citations": [], "contacted": True, "no_contact": ""}, task)
        await acts(REVIEWER, id, "accept", {})
        page = (await li.get(f"/mine/requests/{number}")).text
        assert "水务局" in page and ANSWER in page
        for one in (LEADER, REVIEWER, WATER):
            assert one.name not in page and one.person not in page, one


async def test_who_was_merged_with_others_sees_it_and_reads_their_answer(portal: Portal) -> None:
    """Zammad#3549: nobody told the citizen that his request went on under another."""
    async with Visitor.of(portal) as li, Visitor.of(portal) as wang:
        await li.enter(LI)
        await wang.enter(WANG)
        first, second = await send(li), await send(wang)
        master = await portal.id_of(first)
        merged = {"master": master, "reason": "同一管段"}
        await portal.town.acts.act(LEADER, await portal.id_of(second), "merge", merged)
        one = f"/mine/requests/{second}"
        page = (await wang.get(one)).text
        assert "与同类诉求合并办理" in page and first not in page, "not whose the other is"
        await portal.answered(first, ANSWER)
        assert ANSWER in (await wang.get(one)).text


async def test_a_rating_is_given_once_and_only_while_it_is_asked_for(portal: Portal) -> None:
    """GLPI#6510: surveys never ended, and were answered again until they pleased."""
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        number = await send(li)
        await portal.answered(number, ANSWER)
        rate = f"/mine/requests/{number}/rate"
        assert (await li.post(rate, form_satisfaction="satisfied")).status == 303
        again = await li.post(rate, form_satisfaction="unsatisfied", form_why="slow")
        assert again.status == 422 and "现在不能这样做" in again.text
        assert (await portal.town.get(LEADER, await portal.id_of(number))).satisfaction == "satisfied"


@pytest.mark.parametrize("file", ["workflow/chat/site/widget.js", "workflow/knowledge/site/component.js"])
def test_a_tag_in_somebody_elses_page_weighs_little(file: str) -> None:
    """Chatwoot#2658: the chat was the heaviest script of the site."""
    assert len(gzip.compress((ROOT / Path(file)).read_bytes())) <= LOADER_BYTES
