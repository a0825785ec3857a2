"""Who was not reached answers by a link: once, for the number that the ticket has, while it waits."""

from __future__ import annotations

from collections import deque

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.refusal import NotFound
from cti.base.settings import MessageSettings
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.models import DeliveryRow
from cti.office.messages.opt_outs import OptOuts
from cti.office.messages.outbox import Outbox
from cti.store.engine import Store
from cti.telephony.switch.port import DialResult
from tests.workflow.revisit.revisit_place import BAD, BOSS, GOOD, RevisitPlace, place_on
from tests.workflow.tickets.ticket_town import LEADER, VISITOR
from workflow.revisit.links import Links, offer
from workflow.revisit.models import LinkRow
from workflow.tickets.models import TicketRow

A = "13800000001"
E164 = f"+86{A}"
TOKEN = "a-secret-of-a-link"  # of a test
SMS = ChannelDescription.model_validate(
    {"title": "短信", "carries": "sms", "http": {"url": "http://127.0.0.1:9/", "json": {}}}
)


@pytest.fixture
async def place(store: Store) -> RevisitPlace:
    return await place_on(store)


async def unreached(place: RevisitPlace, site: str = "https://12345.example.gov.cn", **strategy: object) -> Links:
    """Somebody answered no call, and was sent a link, where there is a site to lead to."""
    outbox = Outbox(place.office.store, place.clock, Bus())
    await outbox.configure({"sms": SMS})
    messages = place.town.messages
    citizens = CitizenMessages(outbox, messages.templates, OptOuts(place.office), place.clock, MessageSettings())
    offer(messages)
    links = Links(place.revisits, place.results, citizens, "")
    links.settings = links.settings.model_copy(update={"site": site})
    links.draw = lambda: TOKEN
    place.results.send_link = links.send
    place.telephone.next[E164] = deque([DialResult.NO_ANSWER])
    await place.plan(**{"attempts": 1, "by_sms": True, "accepts": "good", **strategy})
    await place.turn()
    return links


async def sent(place: RevisitPlace) -> list[str]:
    async with place.office.store.reading() as session:
        return [row.text for row in await session.scalars(select(DeliveryRow))]


async def test_a_link_is_answered_once_and_the_answer_stands_where_a_call_s_would(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    links = await unreached(place)
    (text,) = await sent(place)
    assert f"https://12345.example.gov.cn/revisit/{TOKEN}" in text and (await place.of(ticket)).ticket_number in text
    async with place.office.store.reading() as session:
        (link,) = await session.scalars(select(LinkRow))
    assert TOKEN not in link.key and link.used_at is None
    assert (await links.asked(TOKEN)).number == (await place.of(ticket)).ticket_number
    await links.answer(TOKEN, GOOD)
    found = await place.of(ticket)
    assert (found.state, found.satisfaction, found.medium) == ("accepted", "satisfied", "sms")
    assert (await place.town.get(LEADER, ticket)).satisfaction == "satisfied"
    (plan,) = (await place.plans.find(BOSS, place.plans.query())).items
    assert (plan.by_link, plan.by_phone) == (1, 0)
    for again in (links.asked(TOKEN), links.answer(TOKEN, BAD)):
        with pytest.raises(NotFound):
            await again


async def test_who_is_not_content_waits_for_somebody_to_verify_it(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    links = await unreached(place)
    await links.answer(TOKEN, BAD)
    found = await place.of(ticket)
    assert (found.state, found.why, found.medium) == ("proposed", "untrue", "sms")
    assert (await place.town.get(LEADER, ticket)).stage == "revisit"


@pytest.mark.parametrize("how", ["late", "another number", "somebody has it", "done by hand", "another link"])
async def test_a_link_dies(place: RevisitPlace, how: str) -> None:
    ticket = await place.ticket(A)
    links, token = await unreached(place), TOKEN
    changed = {"another number": {"contact": "13800000009"}, "somebody has it": {"person": "01SOMEBODY"}}
    if how == "late":
        place.clock.advance(7 * 86_400 + 1)
    elif how in changed:
        async with place.office.store.writing() as session:
            row = await session.get_one(TicketRow, ticket)
            for key, value in changed[how].items():
                setattr(row, key, value)
    elif how == "done by hand":
        await place.town.act(VISITOR, ticket, "revisit", satisfaction="satisfied", hotline="satisfied", solved=True)
    else:
        token = "another-secret"  # of a test
    for refused in (links.asked(token), links.answer(token, GOOD)):
        with pytest.raises(NotFound):
            await refused
    assert (await place.of(ticket)).satisfaction == ""


async def test_no_link_is_sent_where_none_is_wanted_or_nobody_says_where_the_site_is(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    await unreached(place, site="")
    assert (await place.of(ticket)).state == "human" and await sent(place) == []
