"""Citizens and their own requests on the public site: registered, followed, and acted on by nobody but themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from cti.base.citizen import Citizen
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotFound, Refusal, TooMany
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import AGENT, LEADER, REVIEWER, VISITOR, WATER, TicketTown, town_on
from workflow.tickets.by_citizens.asking import AN_HOUR, CitizensAsking
from workflow.tickets.by_citizens.own import PHASES, OwnRequests
from workflow.tickets.by_citizens.views import Kind, OwnRequest, Request, Sent
from workflow.tickets.progress import Progress

LI, WANG = Citizen("s1", Number.parse("13800000001")), Citizen("s2", Number.parse("13800000002"))
TEXT = "人民路18号小区停水两天，家里有老人，请尽快恢复供水"


class Site:
    """The two services on a town."""

    def __init__(self, town: TicketTown) -> None:
        self.town = town
        progress = Progress(town.office.store, town.office.clock, town.cases, town.titles)
        self.own = OwnRequests(town.tickets, town.acts, progress)
        self.asking = CitizensAsking(town.tickets, town.acts, town.alikes, town.history)

    async def send(self, citizen: Citizen = LI, key: str = "a", **said: Any) -> str:
        request = Request.model_validate({"content": TEXT, "type": "complaint", **said})
        return await self.asking.send(citizen, Sent(key, request))

    async def numbers(self, citizen: Citizen) -> list[str]:
        return [one.number for one in (await self.own.lines(citizen, 1, 50)).rows]

    async def id_of(self, number: str) -> str:
        found = await self.town.tickets.find(LEADER, self.town.tickets.query.model_validate({"search": number}))
        return found.items[0].id

    async def answered(self, number: str) -> str:
        id = await self.id_of(number)
        await self.town.act(LEADER, id, "dispatch", lead="water")
        await self.town.replied(id, await self.town.task(id, "water"), WATER)
        await self.town.act(REVIEWER, id, "accept")
        return id


async def site_on(store: Store) -> Site:
    return Site(await town_on(store))


def acts_of(found: OwnRequest) -> list[str]:
    return [one.name for one in found.acts if not one.refused]


async def test_a_request_by_web_goes_to_review_and_is_there_once(store: Store) -> None:
    site = await site_on(store)
    number = await site.send()
    assert await site.send() == number, "sent again since the answer was lost"
    made = await site.town.get(LEADER, await site.id_of(number))
    assert (made.channel, made.stage, made.title, made.contact) == ("web", "review", TEXT[:30], "13800000001")
    assert await site.numbers(LI) == [number]
    assert await site.send(key="b") != number
    for more in range(AN_HOUR - 2):
        await site.send(key=f"more {more}")
    with pytest.raises(TooMany):
        await site.send(key="too many")


async def test_he_sees_those_of_all_channels_and_nobody_else_sees_them(store: Store) -> None:
    site = await site_on(store)
    by_phone = await site.town.add()
    secret = await site.town.add(confidential=True)
    by_web, hidden = await site.send(), await site.send(key="c", confidential=True)
    assert set(await site.numbers(LI)) == {by_phone.number, by_web, hidden}
    assert await site.numbers(WANG) == []
    refusals = set()
    for citizen, number in ((WANG, by_web), (WANG, by_phone.number), (LI, secret.number), (LI, "3204009999")):
        for ask in (
            site.own.one(citizen, number),
            site.own.act(citizen, number, "withdraw", {"reason": "不要了"}),
            site.own.ticket_of_file(citizen, number, "x"),
        ):
            with pytest.raises(NotFound) as caught:
                await ask
            refusals.add(caught.value.detail)
    assert len(refusals) == 1, "what is not his is told as what is not there"


async def test_he_follows_urges_rates_and_appeals_in_plain_words(store: Store) -> None:
    site = await site_on(store)
    number = await site.send()
    found = await site.own.one(LI, number)
    assert found.line.words == "已受理" and PHASES[found.line.phase] == "受理审核"
    assert acts_of(found) == ["remind", "supplement", "withdraw"] and found.answer == ""
    await site.own.act(LI, number, "remind", {"note": "孩子要上学"})
    with pytest.raises(Invalid):
        await site.own.act(LI, number, "supplement", {"note": ""})
    id = await site.answered(number)
    found = await site.own.one(LI, number)
    assert found.answer and found.unit == "水务局" and found.line.rateable and "rate" in acts_of(found)
    assert [one.words for one in found.stages][:3] == ["已登记", "受理审核中", "您已催办"]
    assert found.stages[2].note == "孩子要上学"
    assert not {"agent", "reviewer", "water", "leader"} & set(str(asdict(found)).split("'")), "no name of the staff"
    # Somebody calls him back just now: his own word counts all the same.
    await site.town.acts.take(VISITOR, id)
    await site.own.act(LI, number, "rate", {"satisfaction": "satisfied"})
    found = await site.own.one(LI, number)
    assert (found.satisfaction, PHASES[found.line.phase]) == ("满意", "办结")
    await site.own.act(LI, number, "appeal", {"reason": "又停水了"})
    assert (await site.town.get(LEADER, id)).stage == "ruling"
    with pytest.raises(Conflict):
        await site.own.act(LI, number, "rate", {"satisfaction": "satisfied"})


async def test_by_no_act_is_he_one_of_the_staff(store: Store) -> None:
    site = await site_on(store)
    number = await site.send()
    for action, form in (
        ("dispatch", {"lead": "water"}),
        ("close", {"answer": "已经办好了，谢谢"}),
        ("void", {"reason": "x"}),
    ):
        with pytest.raises(Refusal, match=r"您不能|没有"):
            await site.own.act(LI, number, action, form)
    assert (await site.town.get(LEADER, await site.id_of(number))).stage == "review"


async def test_neighbours_are_hinted_without_a_word_of_theirs_and_can_be_followed(store: Store) -> None:
    site = await site_on(store)
    number = await site.send(place="320404", caller_name="李某")
    request = Request(content=TEXT, type="complaint", place="320404", caller_name="王某")
    assert await site.asking.neighbours(LI, request) == [], "his own is no neighbour's"
    (found,) = await site.asking.neighbours(WANG, request)
    said = str({**asdict(found), "id": ""})
    assert number not in said and "人民路" not in said and "李" not in said
    assert await site.asking.neighbours(WANG, request.model_copy(update={"place": "320411"})) == []
    assert await site.asking.join(WANG, found.id, request) == number
    (line,) = (await site.own.lines(WANG, 1, 10)).rows
    assert (line.joined, line.title, line.words) == (True, "您关注的诉求", "已受理")
    seen = await site.own.one(WANG, number)
    assert (seen.content, seen.answer, seen.acts, seen.stages) == ("", "", (), ())
    with pytest.raises(NotFound):
        await site.own.act(WANG, number, "withdraw", {"reason": "x"})
    with pytest.raises(NotFound):
        await site.asking.join(WANG, found.id, request)
    told = await site.own.told(found.id)
    assert told is not None and {number for number, _ in told.numbers} == {"+8613800000001", "+8613800000002"}


async def test_the_form_is_the_desk_s_own_file(store: Store) -> None:
    site = await site_on(store)
    assert await site.asking.fields(Kind(type="help")) == []
    fields = {one.key: one for one in await site.asking.fields(Kind(type="report"))}
    assert fields["reported"].required
    request = Request(type="report", content=TEXT)
    with pytest.raises(Invalid) as caught:
        await site.asking.send(LI, Sent("a", request))
    assert caught.value.field == "reported"
    number = await site.asking.send(LI, Sent("a", request, {"reported": "某饭店"}))
    assert "某饭店" in (await site.town.get(LEADER, await site.id_of(number))).extra_text


async def test_an_open_form_of_an_agent_is_not_his_and_a_withdrawal_ends_it(store: Store) -> None:
    site = await site_on(store)
    by_phone = await site.town.add(AGENT)
    await site.own.act(LI, by_phone.number, "withdraw", {"reason": "已经来水了"})
    found = await site.own.one(LI, by_phone.number)
    assert (found.line.words, acts_of(found)) == ("已撤回", [])
