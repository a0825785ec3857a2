"""All of it, one door after another."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp

from softphone.phones.sip_stack import SipStack
from tests.free_ports import free_port
from tests.workflow.wechat.wechat_server import wechat_server
from trials.api import Api, Values, signed_in
from trials.browsers import Browsers, opened
from trials.channels import calling, department, publishing, town, unified, wechat
from trials.channels.citizen import ADDED, NUMBER, Citizen
from trials.channels.gateway import Gateway
from trials.channels.pages import LEAST, Walk
from trials.course import Course, Failed
from trials.house import PASSWORD, TREE, House

SETTINGS = """\
public: {{enabled: true}}
accounts: {{second_factor: roles}}
messages: {{citizens_quiet_from: ""}}
acd:
  queues:
    general: {{title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 120, rejected: skip, skip: 2,
              overflow: {{no_agents: message}}}}
portal: {{owner: 常州市人民政府办公室, {unified}}}
"""
"""Citizens are told at once whenever the trial is run."""
TICKETS = "/api/tickets"
REPLY: Values = {"answer": "6号楼旁边的路灯也已全部更换，今晚恢复照明，请您放心。", "contacted": True}
STAFF = (town.AGENT, town.LEADER, *(one.login for one in town.PEOPLE))


@dataclass(frozen=True, slots=True)
class Doors:
    """The trial; `ports` are of the servers of others: SMS, WeChat, identity."""

    base: int
    ports: tuple[int, int, int]

    @classmethod
    def chosen(cls, base: int) -> Doors:
        """At ports that nobody uses now."""
        sms, chat, identity = (free_port() for _ in range(3))
        return cls(base, (sms, chat, identity))

    @property
    def settings(self) -> str:
        """What the hotline is started with."""
        site = House(TREE, self.base, 0).public
        text = SETTINGS.format(unified=unified.settings(self.ports[2]))
        return text + wechat.settings(self.ports[1], site)

    def before(self, house: House) -> None:
        """Its channel of SMS."""
        Gateway.describe(house.data, self.ports[0])

    async def day(self, course: Course) -> None:
        """Failed with what went wrong."""
        house = course.house
        async with AsyncExitStack() as stack:
            people = {
                one: await stack.enter_async_context(signed_in(house.url, one, PASSWORD))
                for one in ("admin", town.LEADER, town.AGENT)
            }
            await town.fill(people["admin"], people[town.LEADER], people[town.AGENT], PASSWORD)
            for one in town.PEOPLE:
                people[one.login] = await stack.enter_async_context(signed_in(house.url, one.login, PASSWORD))
            gateway = await stack.enter_async_context(Gateway.opened(self.ports[0]))
            browsers = await stack.enter_async_context(opened(house, course.pictures))
            await Story(course, people, gateway, browsers, self.ports).run(stack)


class Story:
    """One citizen at all of them."""

    def __init__(
        self, course: Course, people: Mapping[str, Api], gateway: Gateway, browsers: Browsers,
        ports: tuple[int, int, int],
    ) -> None:  # fmt: skip
        self._course, self._people, self._gateway, self._browsers = course, people, gateway, browsers
        self._ports, self._site, self._pictures = ports, course.house.public, course.pictures

    async def run(self, stack: AsyncExitStack) -> None:
        """All of it; Failed."""
        say = self._course.say
        citizen = Citizen(await self._browsers.stranger(small=True), self._site, self._pictures, self._gateway)
        weight, seconds = await citizen.arrives()
        say(f"the first page is {weight / 1024:.1f} KB, all there in {seconds:.1f} s at 400 kbit/s")
        await citizen.searches()
        await citizen.asks_the_bot()
        say("searched, and asked the bot")
        number = await citizen.requests()
        await citizen.follows(number)
        say(f"signed in by a code, {number} is filed with a photo, urged and added to; a double was hinted at")

        ticket = await self._id_of(number)
        await self._handled(ticket)
        say("the department signed, photographed and replied on its telephone, without a network for a while")
        await citizen.reads(number, department.ANSWER, "answered")
        await self._gateway.told(NUMBER, number)
        await citizen.rates("不满意", "rate-unsatisfied")
        await self._done_again(ticket)
        await citizen.reads(number, str(REPLY["answer"]), "answered-again")
        await citizen.rates("满意", "rate")
        if (state := (await self._people[town.LEADER].ask("GET", f"{TICKETS}/{ticket}"))["outcome"]) != "archived":
            raise Failed(f"rated as satisfied, {number} is {state}")
        say("he read the answer, was not content, it was done again, he is; it is archived")

        phones = await stack.enter_async_context(SipStack("127.0.0.1", self._course.house.carrier))
        await calling.called(await self._browsers.own(town.AGENT), phones, self._course.house.sip, NUMBER)
        called = await self._latest(calling.ASKED)
        await citizen.appeals(called, calling.ANSWER)
        say(f"he called: {called} stands beside {number}, and he appeals against its answer")

        by_chat = await self._wechat(stack)
        await stack.enter_async_context(unified.provider(self._ports[2]))
        await unified.signs_in(await self._browsers.stranger(), self._site, self._pictures, self._gateway, NUMBER)
        say("signed in at a certified OpenID provider, with a code once")
        await self._published(citizen, number)

        walk = Walk(citizen.seen, self._site, self._pictures)
        kinds = await walk.all()
        if len(kinds) < LEAST:
            raise Failed(f"only {len(kinds)} kinds of pages were found: {kinds}")
        await walk.views()
        await walk.on_paper({"request": f"/mine/requests/{number}", "figures": "/figures", "first": "/"})
        say(f"{len(kinds)} kinds of public pages: nothing serious for axe, none too wide, in four ways, on paper")
        await citizen.leaves([number, called, by_chat])
        say("he has taken his data along, and left")
        faults = [*citizen.seen.faults, *(fault for hands in self._browsers.people for fault in hands.faults)]
        if faults:
            raise Failed("; ".join(faults))

    async def _handled(self, ticket: str) -> None:
        """Dispatched, and handled on a telephone; accepted."""
        await self._do(town.REVIEWER, ticket, "交办部门", {"lead": "市路灯管理处"})
        hands = await self._browsers.shared(town.CLERK, small=True)
        clerk = department.Clerk(hands)
        await clerk.signs(town.TEXT[:12])
        await clerk.reads(ADDED)
        await clerk.photographs()
        await clerk.replies()
        await self._do(town.REVIEWER, ticket, "审核通过")

    async def _done_again(self, ticket: str) -> None:
        await self._do(town.LEADER, ticket, "交原单位重办", {"reason": "市民反映只修好一盏，请全部修复"})
        await self._do(town.CLERK, ticket, "办结反馈", REPLY)
        await self._do(town.REVIEWER, ticket, "审核通过")

    async def _wechat(self, stack: AsyncExitStack) -> str:
        """A request by WeChat; returns its number."""
        server = await stack.enter_async_context(wechat_server(self._ports[1]))
        client = await stack.enter_async_context(aiohttp.ClientSession())
        reader = wechat.Reader(server, client, self._site)
        await reader.follows()
        number = await reader.requests(NUMBER)
        page = await self._browsers.stranger(small=True, agent=wechat.BROWSER)
        await reader.binds(page, self._gateway, NUMBER, self._pictures)
        await self._do(town.REVIEWER, await self._id_of(number), "交办部门", {"lead": "市路灯管理处"})
        await reader.told_of(number)
        self._course.say(
            f"WeChat: {number} told to the bot, acknowledged in {reader.slowest:.2f} s at most, bound, told by template"
        )
        return number

    async def _published(self, citizen: Citizen, number: str) -> None:
        """By editors; read and answered by citizens."""
        writer, checker = await self._browsers.shared(town.EDITOR), await self._browsers.shared(town.CHECKER)
        editors = publishing.Editors(writer, checker, self._people[town.EDITOR])
        notice = await editors.notice()
        case = await editors.case(number, {"his name": "李明", "his number": NUMBER, "his house": "301室"})
        survey = await editors.questionnaire()
        await publishing.read(citizen.seen, self._site, {"notice": notice, "case": case}, survey)
        await publishing.answered(self._site, survey)
        await editors.results(survey)
        self._course.say("a notice, a case that a person has checked, and a questionnaire: read, answered, charted")

    async def _do(self, who: str, ticket: str, title: str, values: Values | None = None) -> None:
        await self._people[who].act(f"{TICKETS}/{ticket}", title, values)

    async def _id_of(self, number: str) -> str:
        found = (await self._people[town.LEADER].ask("GET", f"{TICKETS}?search={number}"))["items"]
        return str(next(one["id"] for one in found if one["number"] == number))

    async def _latest(self, title: str) -> str:
        found = (await self._people[town.LEADER].ask("GET", f"{TICKETS}?size=50"))["items"]
        return str(next(one["number"] for one in found if one["title"] == title))
