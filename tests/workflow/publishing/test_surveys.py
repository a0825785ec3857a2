"""Surveys: what is asked of whom, one answer a person, counts that are those of the answers; a page without scripts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cti.base.citizen import Citizen
from cti.base.clock import VirtualClock
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from cti.base.settings import PublicSettings
from cti.store.engine import Store
from cti.web.public_site import PublicSite
from tests.workflow.publishing.publishing_town import (
    EAST,
    EAST_REVIEWER,
    EDITOR,
    FOLDER,
    WEST,
    WRITER,
    PublishingTown,
)
from workflow.portal.menu import Menu
from workflow.portal.rendering import Pages
from workflow.portal.settings import PortalSettings
from workflow.publishing.pages.news import NewsPages
from workflow.publishing.pages.surveys import SurveyPages
from workflow.publishing.surveys.answering import Answering
from workflow.publishing.surveys.models import SurveyAnswerRow
from workflow.publishing.surveys.questions import Answer, Question, asked, checked
from workflow.publishing.surveys.service import SurveyFields, Surveys, SurveyView
from workflow.publishing.views import ShownQuery

QUESTIONS: list[dict[str, Any]] = [
    {"title": "您拨打过12345吗？", "kind": "single", "options": ["拨打过", "没有"]},
    {"title": "您满意吗？", "kind": "scale", "after": 1, "chosen": "拨打过"},
    {"title": "哪里要改进？", "kind": "multiple", "options": ["接通快", "答得准", "办得实"], "after": 2, "chosen": "1"},
    {"title": "您的建议", "kind": "text", "required": False},
]
PARSED = [Question.model_validate(one) for one in QUESTIONS]
ZHANG, LI = (Citizen(session=f"s{at}", number=Number.parse(f"1380000000{at}")) for at in (1, 2))


class World:
    """A town with its surveys."""

    def __init__(self, town: PublishingTown) -> None:
        self.town, self.office = town, town.office
        self.surveys, self.answering = Surveys(town.office, "/surveys/{id}"), Answering(town.office)
        self.who: Citizen | None = None

    async def made(self, *, opened: bool = True, **said: Any) -> SurveyView:
        body = SurveyFields.model_validate({"title": "热线服务调查", "questions": QUESTIONS, **said})
        one = await self.surveys.create(EDITOR, body)
        return await self.surveys.step(EDITOR, one.id, "open") if opened else one

    async def counts(self, id: str, number: int) -> dict[str, int]:
        one = (await self.surveys.results(EDITOR, id))[number - 1]
        return {part.option: part.times for part in one.counts if part.times}

    async def citizen(self, token: str, browser: str) -> Citizen | None:
        """Who is signed in on the public site."""
        return self.who


@pytest.fixture
async def world(store: Store) -> World:
    return World(await PublishingTown.on(store))


def test_a_question_is_asked_of_those_alone_whom_it_concerns() -> None:
    assert asked(PARSED, {}) == [1, 4]
    assert asked(PARSED, {1: "拨打过"}) == [1, 2, 4]
    assert asked(PARSED, {1: "拨打过", 2: "1"}) == [1, 2, 3, 4]
    assert asked(PARSED, {1: "没有", 2: "1"}) == [1, 4], "what was answered before and is not asked now does not count"
    assert checked(PARSED, {1: "没有", 2: "1", 3: ["接通快"]}) == ({1: "没有"}, {})
    assert checked(PARSED, {1: "拨打过"})[1] == {2: "请回答这道题"}
    assert checked(PARSED, {1: "也许"})[1] == {1: "没有这个选项"}
    assert checked(PARSED, {1: "没有", 4: "字" * 1001})[1] == {4: "最多 1000 字"}


ANY_ANSWER = st.one_of(
    st.text(max_size=3),
    st.sampled_from(["拨打过", "没有", "1", "5"]),
    st.lists(st.sampled_from(["接通快", "答得准", "x"]), max_size=3),
)


@given(st.dictionaries(st.integers(0, 6), ANY_ANSWER, max_size=6))
def test_whatever_is_sent_only_answers_to_what_is_asked_are_kept(sent: dict[int, Answer]) -> None:
    answers, wrong = checked(PARSED, sent)
    assert set(answers) | set(wrong) <= set(range(1, 5)) and not set(answers) & set(wrong)
    assert set(answers) <= set(asked(PARSED, answers))
    assert checked(PARSED, answers)[0] == answers


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([], "至少设置一道题"),
        ([{"title": "a", "options": ["一个"]}], "第 1 题：至少要有两个选项"),
        ([{"title": "a", "kind": "text", "after": 1, "chosen": "x"}], "第 1 题：“仅当第几题”应是前面的题"),
        ([QUESTIONS[0], {"title": "b", "kind": "text", "after": 1, "chosen": "也许"}], "第 1 题没有选项“也许”"),
        ([{"title": "a", "kind": "text", "chosen": "x"}], "请同时填写"),
    ],
)
async def test_questions_that_do_not_hold_together_are_named(world: World, wrong: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        await world.made(opened=False, questions=wrong)


async def test_counts_are_those_of_the_answers(world: World) -> None:
    one = await world.made()
    for said in ({1: "拨打过", 2: "5"}, {1: "拨打过", 2: "1", 3: ["接通快", "办得实"], 4: "快一点"}, {1: "没有"}):
        await world.answering.answer(one.id, said, None)
    assert await world.counts(one.id, 1) == {"拨打过": 2, "没有": 1}
    assert await world.counts(one.id, 3) == {"接通快": 1, "办得实": 1}
    first, scale, many, text = await world.surveys.results(EDITOR, one.id)
    assert (first.answered, scale.answered, scale.mean, many.answered, text.texts) == (3, 2, 3.0, 1, ["快一点"])
    assert (await world.surveys.get(EDITOR, one.id)).answers == 3
    title, heading, cells = await world.surveys.sheet(EDITOR, one.id)
    assert title == "热线服务调查" and heading[2].startswith("1. ") and cells[1][4] == "接通快、办得实"
    with pytest.raises(NotAllowed):
        await world.surveys.sheet(WRITER, one.id)


async def test_one_answer_a_person_also_when_two_come_at_once(world: World) -> None:
    one = await world.made(audience="once")
    with pytest.raises(NotSignedIn):
        await world.answering.answer(one.id, {1: "没有"}, None)
    found = await asyncio.gather(
        *(world.answering.answer(one.id, {1: "没有"}, ZHANG) for _ in range(4)), return_exceptions=True
    )
    assert Counter(type(part) for part in found) == {type(None): 1, Conflict: 3}
    await world.answering.answer(one.id, {1: "没有"}, LI)
    assert await world.counts(one.id, 1) == {"没有": 2}
    async with world.office.store.reading() as session:
        kept = (await session.scalars(select(SurveyAnswerRow))).all()
    assert not any(ZHANG.number.digits in part.respondent for part in kept)


async def test_it_is_answered_in_its_time_alone_and_its_questions_stay(world: World) -> None:
    begin = world.town.clock.wall() + timedelta(hours=1)
    one = await world.made(opens_at=begin, closes_at=begin + timedelta(days=1))
    with pytest.raises(Conflict, match="还没有开始"):
        await world.answering.answer(one.id, {1: "没有"}, None)
    world.town.clock.advance(3601)
    await world.answering.answer(one.id, {1: "没有"}, None)
    now = await world.surveys.get(EDITOR, one.id)
    changed = SurveyFields(title=now.title, questions=now.questions[:1], closes_at=now.closes_at)
    with pytest.raises(Conflict, match="不能修改"):
        await world.surveys.edit(EDITOR, one.id, now.version, changed)
    world.town.clock.advance(86400)
    with pytest.raises(Conflict, match="已结束"):
        await world.answering.answer(one.id, {1: "没有"}, None)
    await world.surveys.step(EDITOR, one.id, "close")
    with pytest.raises(Conflict, match="修改结束时间"):
        await world.surveys.step(EDITOR, one.id, "open")
    copy = await world.surveys.copied(EDITOR, one.id)
    assert (copy.state, copy.answers, len(copy.questions)) == ("draft", 0, 4)
    with pytest.raises(NotFound):
        await world.answering.answer(copy.id, {1: "没有"}, None)


async def test_another_county_sees_none_of_it(world: World) -> None:
    body = SurveyFields.model_validate({"title": "东区调查", "questions": QUESTIONS})
    one = await world.surveys.create(EAST, body)
    await world.surveys.step(EAST_REVIEWER, one.id, "open")
    for trying in (
        world.surveys.results(WEST, one.id), world.surveys.sheet(WEST, one.id), world.surveys.copied(WEST, one.id),
        world.surveys.step(WEST, one.id, "close"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await trying


@pytest.fixture
async def site(world: World) -> AsyncIterator[PublicSite]:
    settings = PublicSettings(enabled=True, effort=8, per_second=500).model_copy(update={"port": 0})
    found = PublicSite(settings, proxies=[], plain=False, clock=world.town.clock, mac=world.office.store.cipher.mac)
    pages = Pages(Menu(VirtualClock()), PortalSettings(), list, lambda purpose, data: "")
    pages.add_templates("publishing", FOLDER / "templates")
    found.add(
        [*SurveyPages(world.answering, pages, world.town.clock).routes(), *NewsPages(world.town.public, pages).routes()]
    )
    found.sessions = world
    await found.start()
    yield found
    await found.stop()


class Visitor:
    """A browser without scripts."""

    def __init__(self, session: aiohttp.ClientSession, origin: str) -> None:
        self._session, self._origin = session, origin

    async def get(self, path: str) -> tuple[int, str]:
        async with self._session.get(self._origin + path) as answer:
            return answer.status, await answer.text()

    async def send(self, path: str, **said: Any) -> tuple[int, str]:
        headers = {"Origin": self._origin}
        async with self._session.post(self._origin + path, data=said, headers=headers) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def browser(site: PublicSite) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(session, f"http://127.0.0.1:{site.port}")


async def test_the_page_asks_what_follows_and_says_what_is_missing(world: World, browser: Visitor) -> None:
    one = await world.made(intro="<b>三分钟</b>")
    at = f"/surveys/{one.id}"
    assert "热线服务调查" in (await browser.get("/surveys"))[1]
    status, text = await browser.get(at)
    assert status == 200 and "&lt;b&gt;三分钟" in text and "您满意吗" not in text
    status, text = await browser.send(at, q1="拨打过", seen="1,4")
    assert status == 200 and "您满意吗" in text and "checked" in text, "what was said stays"
    status, text = await browser.send(at, q1="拨打过", seen="1,2,4")
    assert status == 422 and "请回答这道题" in text
    status, text = await browser.send(at, q1="拨打过", q2="4", q4="<script>alert(1)</script>", seen="1,2,4")
    assert status == 200 and "感谢参与" in text
    assert (await browser.send(at, q1="什么", seen="1,2,3,4"))[0] == 422
    assert (await world.surveys.get(EDITOR, one.id)).answers == 1
    await world.surveys.step(EDITOR, one.id, "close")
    status, text = await browser.send(at, q1="没有", seen="1,4")
    assert status == 409 and "已结束" in text
    assert (await browser.get("/surveys/" + "0" * 26))[0] == 404
    assert "现在没有可以填写的问卷" in (await browser.get("/surveys"))[1]


async def test_one_who_must_sign_in_is_led_there_and_a_flood_is_slowed(world: World, browser: Visitor) -> None:
    one, free = await world.made(audience="once"), await world.made()
    assert (await browser.get(f"/surveys/{one.id}"))[0] == 401
    statuses = [(await browser.send(f"/surveys/{free.id}", q1="没有", seen="1,4"))[0] for _ in range(40)]
    assert statuses[0] == 200 and statuses[-1] == 429


async def test_news_are_read_page_by_page_and_counted(world: World, browser: Visitor) -> None:
    made = await world.town.publish(title="停水<b>通知", section="notice", matter="service")
    await world.town.publish(title="十月情况")
    text = (await browser.get("/news"))[1]
    assert "停水&lt;b&gt;通知" in text and "十月情况" in text
    text = (await browser.get("/news?section=notice"))[1]
    assert "停水" in text and "十月情况" not in text
    assert "没有找到标题含“x”的内容" in (await browser.get("/news?words=x"))[1]
    assert "本栏目还没有内容" in (await browser.get("/news?section=case"))[1]
    status, text = await browser.get(f"/news/{made.id}")
    assert status == 200 and "<p>十月受理诉求三万件。</p>" in text
    await world.town.shown.flushed()
    assert [one.reads for one in (await world.town.shown.find(EDITOR, ShownQuery(section="notice"))).items] == [1]
    await world.town.act(EDITOR, made.id, "withdraw", reason="有误")
    assert (await browser.get(f"/news/{made.id}"))[0] == 404
