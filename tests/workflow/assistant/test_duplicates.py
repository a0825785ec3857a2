"""Tickets about the same matter: by words, place, time and caller; kept in memory, in line with what is registered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.clock import VirtualClock
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import AGENT, TicketTown, town_on
from workflow.assistant.duplicates.following import PAGE, Duplicates
from workflow.assistant.duplicates.matters import Matter, Matters, why
from workflow.assistant.duplicates.run_index import SEALED, RunIndex
from workflow.assistant.duplicates.runs import runs_of
from workflow.assistant.understanding.places import Places
from workflow.tickets.desk.alike import Asked
from workflow.tickets.texts import TicketTexts, TicketWords
from workflow.tickets.views import TicketFields

NOW = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)
CITY = Places("320400")
OTHERS = (
    "路灯坏了一周没人修",
    "社保卡什么时候能领",
    "公交车到站不停车",
    "学校门口乱停车",
    "楼上装修半夜施工",
    "幼儿园收费太贵",
)


def matters(*said: tuple[str, str, str]) -> Matters:
    made = Matters(lambda: CITY)
    for number, words in enumerate(OTHERS):
        made.put(Matter(f"o{number}", words, words, "320481", "", NOW))
    for number, (title, content, address) in enumerate(said):
        made.put(Matter(f"m{number}", title, content, "320481", address, NOW - timedelta(hours=2)))
    made.weigh()
    return made


def test_the_same_matter_comes_first_and_says_why() -> None:
    made = matters(
        ("丽发新城小区旁搅拌站扰民", "搅拌站日夜施工，噪音粉尘很大", "丽发新城"),
        ("丽发新城小区电梯坏了", "电梯坏了三天", "丽发新城"),
    )
    asked = Asked("丽发新城旁边建搅拌站噪音大", "搅拌站粉尘噪音", "320481", "丽发新城3栋", NOW)
    first, second, *_ = made.rank(asked, 5)
    assert (first.id, second.id) == ("m0", "m1")
    assert first.why == "同一地点 · 3 小时内 · 内容相近"
    assert first.likeness > second.likeness + 0.1
    assert made.rank(Asked("完全是另外一件事情xyz", at=NOW), 5) == []


def test_the_callers_own_ticket_is_shown_with_fewer_words_in_common() -> None:
    made = matters(("家中自来水发黄有异味", "这两天水都是黄的，不敢喝", ""))
    asked = Asked("自来水的水费为什么这么高", "水费比上个月多了一倍", "320481", "", NOW)
    without = {one.id for one in made.rank(asked, 5)}
    (told,) = [
        one
        for one in made.rank(Asked(asked.title, asked.content, at=NOW, callers=frozenset({"m0"})), 5)
        if one.id == "m0"
    ]
    assert told.why.startswith("同一来电人 · 3 小时内")
    assert "m0" not in without or told.likeness > 0.15


def test_digits_tell_houses_apart_and_another_county_counts_less() -> None:
    made = matters(("幸福里5栋漏水", "屋顶漏水", ""), ("幸福里3栋漏水", "屋顶漏水", ""))
    asked = Asked("幸福里3栋漏水", "屋顶漏水", "320481", "", NOW)
    assert made.rank(asked, 1)[0].id == "m1"
    far = made.rank(Asked(asked.title, asked.content, "320411", "", NOW), 1)[0]
    assert far.likeness < made.rank(asked, 1)[0].likeness


def test_what_a_ticket_said_before_is_forgotten() -> None:
    made = matters(("幸福里漏水", "屋顶漏水", ""))
    made.put(Matter("m0", "月亮湾停电", "整栋楼停电", "320481", "", NOW))
    assert [one.id for one in made.rank(Asked("幸福里漏水", "屋顶漏水", at=NOW), 5)] == []
    assert made.rank(Asked("月亮湾停电", at=NOW), 5)[0].id == "m0"
    made.remove("m0")
    assert made.rank(Asked("月亮湾停电", at=NOW), 5) == []
    assert made.rank(Asked("", "", at=NOW), 5) == []


@pytest.mark.parametrize(
    ("apart", "words"),
    [(timedelta(minutes=5), "1 小时内"), (timedelta(hours=47), "48 小时内"), (timedelta(days=9, hours=1), "10 天内")],
)
def test_how_long_ago_is_said_in_words(apart: timedelta, words: str) -> None:
    assert why(0.5, apart, at_place=False, caller=False) == f"{words} · 内容几乎相同"


@given(st.lists(st.text("停水电路灯坏了3栋，。 Aa", max_size=12), min_size=1, max_size=12), st.text(max_size=40))
def test_an_index_says_what_the_plain_cosine_says(texts: list[str], asked: str) -> None:
    index = RunIndex()
    for text in texts:
        index.add(runs_of(text, 100))
    found = index.likeness(runs_of(asked, 100))
    assert len(found) == len(texts)
    assert ((found >= 0) & (found <= 1 + 1e-5)).all()
    for number, text in enumerate(texts):
        if len(runs_of(text, 100)):
            assert np.isclose(index.likeness(runs_of(text, 100))[number], 1, atol=1e-4)
        assert (found[number] > 0) == bool(set(runs_of(text, 100)) & set(runs_of(asked, 100)))


def test_many_texts_are_kept_in_segments_and_found_in_each() -> None:
    index = RunIndex()
    for number in range(2 * SEALED + 3):
        index.add(runs_of(f"第{number}号小区停水", 100))
    for weighed in (False, True):
        if weighed:
            index.weigh()
        for number in (0, SEALED - 1, SEALED, 2 * SEALED + 2):
            assert int(index.likeness(runs_of(f"第{number}号小区停水", 100)).argmax()) == number


@given(st.text(max_size=60))
def test_any_text_has_runs(text: str) -> None:
    assert len(runs_of(text, 30)) <= 3 * 90


class Texts:
    def __init__(self) -> None:
        self.words: list[TicketWords] = []

    def add(self, id: str, title: str, *, gone: bool = False, at: float = 0) -> None:
        self.words.append(TicketWords(id, title, title, "", "", NOW, NOW + timedelta(seconds=at), gone))

    async def changed(self, since: datetime | None, after: str, most: int) -> Sequence[TicketWords]:
        found = sorted(self.words, key=lambda one: (one.changed_at, one.id))
        if since is None:
            return found[-most:]
        return [one for one in found if (one.changed_at, one.id) > (since, after)][:most]


async def test_what_is_registered_is_found_and_what_is_taken_back_is_not() -> None:
    texts: Any = Texts()
    clock = VirtualClock()
    same = Duplicates(texts, clock, lambda: CITY, 1000)
    assert await same.rank(Asked("幸福里停水", at=NOW), 5) is None, "nothing has been read yet"
    await same.load()
    assert await same.rank(Asked("幸福里停水", at=NOW), 5) == []
    for number in range(PAGE + 5):
        texts.add(f"x{number:04}", f"第{number}路公交不停车", at=1)
    texts.add("a", "幸福里停水两天", at=2)
    assert await same.rank(Asked("幸福里停水", at=NOW), 5) == [], "it looks every two seconds"
    clock.advance(3)
    found = await same.rank(Asked("幸福里停水", at=NOW), 5)
    assert found is not None and found[0].id == "a"
    texts.words[-1] = TicketWords("a", "幸福里停水两天", "", "", "", NOW, NOW + timedelta(seconds=9), True)
    clock.advance(3)
    assert await same.rank(Asked("幸福里停水", at=NOW), 5) == []


async def test_tickets_are_read_in_the_order_of_their_changes(store: Store) -> None:
    town: TicketTown = await town_on(store)
    first, second = await town.add(title="停水"), await town.add(title="停电")
    reads = TicketTexts(store)
    seen = await reads.changed(None, "", 10)
    assert {one.id for one in seen} == {first.id, second.id}
    last = seen[-1]
    assert await reads.changed(last.changed_at, last.id, 10) == []
    town.clock.advance(5)
    version = (await town.get(AGENT, first.id)).version
    said = TicketFields(title="停水三天", content="家中停水三天", contact="13800000001", type="complaint")
    await town.tickets.edit(AGENT, first.id, version, said)
    (changed,) = await reads.changed(last.changed_at, last.id, 10)
    assert (changed.id, changed.title, changed.gone) == (first.id, "停水三天", False)
