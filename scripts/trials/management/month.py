"""The month, from the roster to the last appeal."""

from __future__ import annotations

from contextlib import AsyncExitStack

from softphone.phones.sip_stack import SipStack
from trials.api import Api, signed_in
from trials.browsers import Browsers, opened
from trials.course import Course, Failed
from trials.hands import Hands
from trials.house import PASSWORD
from trials.management import books, examining, judging, rostering, scoring
from trials.management.center import (
    AGENTS,
    CALLER,
    DEPARTMENTS,
    EXAMINED,
    INSPECTOR,
    LEADER,
    OTHER_INSPECTOR,
    REVIEWER,
    SCORED,
    UNITS,
    clerk,
    fill,
    ids,
    open_day,
)
from trials.management.handling import Handling
from trials.management.screens import look

RECORDED = AGENTS[:4]
"""Who talks on the telephone."""


class Month:
    """Everybody's session and screen."""

    def __init__(self, course: Course, people: dict[str, Api], browsers: Browsers) -> None:
        self._course, self._people, self._browsers = course, people, browsers
        self._screens: dict[str, Hands] = {}
        self._records: dict[str, str] = {}

    async def at(self, login: str) -> Hands:
        """Somebody at his screen."""
        if login not in self._screens:
            self._screens[login] = await self._browsers.shared(login)
        return self._screens[login]

    async def run(self, phones: SipStack) -> None:
        """All of it; Failed."""
        house, people = self._course.house, self._people
        known = await ids(people["admin"])
        leader, api = await self.at(LEADER), people[LEADER]
        agents = {one: people[one] for one in EXAMINED}
        roster = await rostering.generated(leader, api, known)
        found = await api.ask("GET", f"{rostering.MONTHS}/{roster}")
        self._course.say(
            f"a month for {len(AGENTS)} agents: {found['cover_words']} of all needs, {found['missing']} open"
        )
        await rostering.published(leader, roster)
        day = await rostering.covered(leader, api, known, agents)
        await rostering.on_leave(leader, await self.at(EXAMINED[9]), api, known, people[EXAMINED[9]])
        self._course.say(f"published; the shift of {day} went over to a colleague; one is on leave")

        exam = await examining.announced(leader, api, [known[one] for one in EXAMINED])
        answers = await examining.sat(house, exam, agents, await self.at(EXAMINED[0]))
        marked = await examining.marked(api, exam, [api, people["admin"]], leader)
        self._course.say(
            f"{len(EXAMINED)} sat the exam, the engine was killed: all {answers} answers are there; "
            f"{marked['passed']} passed"
        )

        talks = await scoring.talked(house, phones, {one: people[one] for one in RECORDED}, people["admin"])
        scoring.the_day_before(house)
        drawn = await scoring.drawn(leader, api, known, len(RECORDED) * scoring.SHARE)
        for inspector in (INSPECTOR, OTHER_INSPECTOR):
            given = sum(one["inspector"] == known[inspector] for one in drawn)
            await scoring.scored(await self.at(inspector), given)
        await scoring.proposed(leader, await self.at(EXAMINED[1]), api)
        review = next(one for one in drawn if one["agent"] == EXAMINED[0])
        await scoring.appealed(await self.at(EXAMINED[0]), leader, review["id"])
        self._course.say(f"{talks} talks recorded, {len(drawn)} drawn and scored, one appealed")

        tickets = await Handling(people, SCORED).all()
        self._course.say(f"{len(UNITS)} departments handled {tickets} tickets")
        books.put_back(house, SCORED)
        period, scores = await judging.counted(leader, api, "agents_month", len(SCORED))
        mine = next(one for one in scores if one["agent"] == EXAMINED[0])
        total = await judging.appealed(
            await self.at(EXAMINED[0]), people[EXAMINED[0]], leader, mine["id"], "satisfaction", "performance-agent"
        )
        self._course.say(f"{len(scores)} agents are scored; one appealed and has {total:g} now")
        _, units = await judging.counted(leader, api, "units_month", len(UNITS))
        own = next(one for one in units if one["name"] == f"市{DEPARTMENTS[0]}")
        total = await judging.appealed(
            await self.at(clerk(UNITS[0])), people[clerk(UNITS[0])], leader, own["id"], "redone", "performance-unit"
        )
        self._course.say(f"{len(units)} departments are scored; one appealed and has {total:g} now")

        records = {
            "roster_months": roster, "training_exams": exam, "quality_reviews": review["id"],
            "quality_plans": review["plan"], "performance_periods": period, "performance_scores": mine["id"],
        }  # fmt: skip
        roles = (LEADER, INSPECTOR, EXAMINED[0], clerk(UNITS[0]), "admin")
        seen = await look(people, self.at, roles, records)
        self._course.say(f"{seen} pages are kept as pictures, each at two sizes")


async def month(course: Course) -> None:
    """All of it; Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(signed_in(house.url, "admin", PASSWORD))
        open_day(house)
        await fill(admin, PASSWORD)
        course.say(f"the center is there: {len(AGENTS)} agents, {len(UNITS)} departments")
        people = {"admin": admin}
        for login in (LEADER, INSPECTOR, OTHER_INSPECTOR, REVIEWER, CALLER, *EXAMINED, *map(clerk, UNITS)):
            people[login] = await stack.enter_async_context(signed_in(house.url, login, PASSWORD))
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        await Month(course, people, browsers).run(phones)
        if faults := [fault for hands in browsers.people for fault in hands.faults]:
            raise Failed("; ".join(faults))
