"""Departments out of replies: which one handled a request, and when nothing is said."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.assistant.judged import reply_units
from workflow.assistant.training import answered
from workflow.assistant.understanding.replies import Units, unit_in, without_place
from workflow.tickets.texts import TicketText

DATA = Path(os.environ.get("HOTLINE_PUBLIC_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


@pytest.mark.parametrize(
    ("reply", "unit"),
    [
        ("您反映的问题已转县城市管理和综合执法局核查、办复，感谢您的留言。", "县城市管理和综合执法局"),
        ("我办已将您反映的情况转交给市退役军人事务局，处理情况会及时回复。", "市退役军人事务局"),
        ("经区教育局核实，该园目前无证。", "区教育局"),
        ("感谢您对我们工作的支持！\n泉塘街道办事处 2013年8月29日", "泉塘街道办事处"),
        ("感谢您对房产局工作的支持和理解。", "房产局"),
        ("我局高度重视，立即安排环境监察大队进行了调查处理。", "环境监察大队"),
        ("有关问题已交办交通运输局调查处理", "交通运输局"),
        ("经经开区城管分局核实，属实。", "经开区城管分局"),
        ("您反映的问题已转交相关部门调查处理。", ""),
        ("经所属街道调查，系不法分子所为。", ""),
        ("经龙相公司调查，司机已道歉。", ""),
        ("我局将尽快处理，谢谢。", ""),
        ("", ""),
    ],
)
def test_the_department_that_handled_it(reply: str, unit: str) -> None:
    assert unit_in(reply) == unit


def test_the_same_business_by_another_name_and_no_guess_between_two() -> None:
    titles = {"build": "漯河市住房和城乡建设局", "water": "市水务局"}
    told = "您反映的问题已转至市住建局核实。"
    assert without_place("市住建局") == "住房和城乡建设局"
    assert Units(titles).of(told) == "build"
    assert Units({**titles, "other": "临颍县住建局"}).of(told) == ""
    assert Units({**titles, "other": "市住建局"}).of(told) == "other", "its very name comes first"
    assert Units(titles).of("谢谢") == ""


def test_only_tickets_that_say_no_department_are_labelled_by_their_answer() -> None:
    told = "您反映的问题已转至市住建局核实。"
    page = [
        TicketText(id, "停工", "工地停工", "", "", lead, datetime(2026, 11, 2, tzinfo=UTC), answer)
        for id, lead, answer in (("a", "", told), ("b", "water", told), ("c", "", ""), ("d", "", "已收悉"))
    ]
    assert answered(page, Units({"build": "市住建局"})) == {"a": "build", "d": ""}


@given(st.text(max_size=400))
def test_any_reply_is_read(reply: str) -> None:
    unit = unit_in(reply)
    assert unit in reply


def test_judged_replies_name_the_right_department() -> None:
    if not (DATA / "qa_replies.csv.gz").is_file():
        pytest.skip("the public replies do not lie beside the checkout")
    with gzip.open(DATA / "qa_replies.csv.gz", "rt", encoding="utf-8") as file:
        replies = {one["id"]: one["reply"] for one in csv.DictReader(file)}
    judged = reply_units()
    assert len(judged) >= 200
    assert sum(right for _, right in judged.values()) / len(judged) >= 0.95, "as they were judged"
    said = [(unit_in(replies[id]), name) for id, (name, _) in judged.items()]
    told = [unit == name for unit, name in said if unit]
    assert sum(told) / len(told) >= 0.95
