"""A request that is being written: it is sent once, and what was typed is there again after a session that ran out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from cti.store.engine import Store
from tests.workflow.portal.open_portal import CODE, Portal, Visitor, open_portal, sum_of

TEXT = "人民路18号小区停水两天，家里有老人，请尽快恢复供水"
LI, WANG = "13800000001", "13800000002"


@pytest.fixture
async def portal(sqlite_store: Store) -> AsyncIterator[Portal]:
    async with open_portal(sqlite_store) as found:
        yield found


async def sign_in(visitor: Visitor, number: str, then: str) -> str:
    """Sign in from the page to which one was led; returns where one comes to."""
    page = await visitor.get(f"/enter?next={then}")
    said = {"question": page.hidden("question"), "answer": sum_of(page.text)}
    await visitor.post("/enter/code", number=number, agree="yes", next=page.hidden("next"), **said)
    return (await visitor.post("/enter", number=number, code=CODE, next=page.hidden("next"))).to


async def test_the_same_request_sent_again_is_registered_once_and_he_is_told(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        form = await li.get("/request/new?type=complaint&key=abcdefgh12345")
        assert form.hidden("key") == "abcdefgh12345", "a draft keeps its key, whoever draws the form again"
        said = {"type": "complaint", "content": TEXT, "sure": "yes"}
        first = await li.post("/request/new", key=form.hidden("key"), **said)
        number = first.to.partition("number=")[2]
        # Back, and once more, with a word changed: the form is the same one.
        again = await li.post("/request/new", key=form.hidden("key"), **{**said, "content": TEXT + "！"})
        assert again.status == 303 and f"number={number}" in again.to
        receipt = (await li.get(again.to)).text
        assert "没有重复登记" in receipt and number in receipt
        # The form itself says so too, when it is opened once more.
        assert "没有重复登记" in (await li.get("/request/new?type=complaint&key=abcdefgh12345")).text
        # Back made a new form, in which the browser put what had been typed.
        new = (await li.get("/request/new?type=complaint")).hidden("key")
        assert new != form.hidden("key")
        same = await li.post("/request/new", key=new, **said)
        assert f"number={number}" in same.to and "没有重复登记" in (await li.get(same.to)).text
        # What is really new is filed.
        assert "anew=true" in receipt
        fresh = await li.get("/request/new?type=complaint&anew=true")
        second = await li.post("/request/new", key=fresh.hidden("key"), anew=fresh.hidden("anew"), **said)
        assert second.to.partition("number=")[2] not in ("", number)


async def test_a_day_later_the_same_words_are_another_matter(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        said = {"type": "complaint", "content": TEXT, "sure": "yes"}
        first = await li.post("/request/new", key="one-one-one-one", **said)
        portal.town.clock.advance(timedelta(days=2).total_seconds())
        await li.enter(LI)
        second = await li.post("/request/new", key="two-two-two-two", **said)
        assert second.to.partition("number=")[2] != first.to.partition("number=")[2]


async def test_a_session_that_ran_out_in_the_form_loses_nothing_and_says_so(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        form = await li.get("/request/new?type=complaint&key=abcdefgh12345")
        key = form.hidden("key")
        portal.town.clock.advance(timedelta(minutes=31).total_seconds())
        said = {"type": "complaint", "content": TEXT, "address": "人民路18号", "caller_name": "李某", "key": key}
        led = await li.post("/request/new", **said)
        assert led.status == 303 and led.to.startswith("/enter?next=%2Frequest%2Fnew"), led.to
        asked = await li.get(led.to)
        assert "您填写的内容已保存" in asked.text, "he is told before he signs in"
        back = await sign_in(li, LI, led.to.partition("next=")[2])
        page = await li.get(back)
        assert page.hidden("key") == key
        for one in (TEXT, "人民路18号", "李某", "填写投诉", "登录已过期"):
            assert one in page.text, one


async def test_what_was_typed_is_shown_to_nobody_else_who_signs_in_then(portal: Portal) -> None:
    async with Visitor.of(portal) as browser:
        await browser.enter(LI)
        await browser.get("/request/new?type=report")
        portal.town.clock.advance(timedelta(minutes=31).total_seconds())
        led = await browser.post("/request/new", type="report", content=TEXT, key="abcdefgh12345")
        back = await sign_in(browser, WANG, led.to.partition("next=")[2])
        for path in (back, "/request", "/request/new?draft=true", "/request/new?type=report"):
            assert TEXT not in (await browser.get(path)).text, path


async def test_pages_name_whose_browser_it_is_without_telling_who(portal: Portal) -> None:
    async with Visitor.of(portal) as one, Visitor.of(portal) as other:
        assert 'data-owner=""' in (await one.get("/")).text
        await one.enter(LI)
        await other.enter(WANG)
        marks = [
            (await who.get("/request")).text.partition('data-owner="')[2].partition('"')[0] for who in (one, other)
        ]
        assert len({*marks, ""}) == 3 and LI not in marks[0]


async def test_a_receipt_is_shown_of_ones_own_request_alone(portal: Portal) -> None:
    async with Visitor.of(portal) as li, Visitor.of(portal) as wang:
        await li.enter(LI)
        await wang.enter(WANG)
        done = await li.post("/request/new", type="complaint", content=TEXT, sure="yes", key="abcdefgh12345")
        assert (await li.get(done.to)).status == 200
        for path in (done.to, "/request/done?number=您的账户异常请加微信"):
            page = await wang.get(path)
            words = page.text.partition("<main")[2].partition("</main>")[0]
            assert page.status == 404 and words and path.partition("number=")[2] not in words, path
