"""What people answer on the telephone, judged: the half that was not looked at when the rules were made decides."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from cti.base.files import documents
from ivr.understanding.rules import KeywordUnderstanding
from ivr.understanding.understanding import Understood, Wanted

TODAY = datetime.date(2026, 3, 4)
JUDGED = documents.load(Path(__file__).with_name("judged_answers.yaml")).data
WANTED = {
    "yes_no": [Wanted("yes", means="yes"), Wanted("no", means="no")],
    "satisfaction": [
        Wanted("very_satisfied", means="very_satisfied"),
        Wanted("satisfied", means="satisfied"),
        Wanted("neutral", means="neutral"),
        Wanted("dissatisfied", means="dissatisfied"),
        Wanted("very_dissatisfied", means="very_dissatisfied"),
    ],
    "topics": [
        Wanted("human", ["人工", "客服"]),
        Wanted("progress", ["工单", "进度"]),
        Wanted("fire", ["着火", "火灾"]),
    ],
}
SURE = 0.5
"""What an `ask` needs by itself."""
Judged = tuple[str, str, str]
"""A question, what was meant, the words."""


def half(*, held_out: bool) -> list[Judged]:
    """Half of the answers, by a hash of question and words."""
    return [
        (question, meant, words)
        for question, meanings in JUDGED.items()
        for meant, answers in meanings.items()
        for words in answers
        if (hashlib.sha256(f"{question} {words}".encode()).digest()[0] % 2 == 1) is held_out
    ]


async def understood(question: str, words: str) -> Understood:
    return await KeywordUnderstanding().understand(words, WANTED[question], [], TODAY)


async def test_there_are_enough_of_them() -> None:
    assert len(half(held_out=True)) + len(half(held_out=False)) >= 300
    for question in ("yes_no", "satisfaction"):
        assert sum(one[0] == question for one in half(held_out=True)) >= 75


@pytest.mark.parametrize("question", WANTED)
async def test_most_of_those_never_looked_at_are_understood(question: str) -> None:
    """Understanding counted substrings: 不太满意 was satisfied, 不太对 a yes, 对不起我没听清 too, 是不是 a no."""
    wrong = []
    answers = [one for one in half(held_out=True) if one[0] == question]
    for _, meant, words in answers:
        found = await understood(question, words)
        got = found.intent if found.confidence >= SURE else ""
        if (got or "unknown") != meant:
            wrong.append((words, meant, got))
    assert len(wrong) <= 0.05 * len(answers), wrong


async def test_confidence_is_how_often_it_is_right() -> None:
    """It was the share of characters plus a half, and never rejected anything."""
    told: dict[float, list[bool]] = defaultdict(list)
    for question, meant, words in half(held_out=True):
        found = await understood(question, words)
        if found.intent:
            told[round(found.confidence, 2)].append(found.intent == meant)
    assert len(told) > 2
    for confidence, rights in told.items():
        if len(rights) >= 12:
            assert abs(sum(rights) / len(rights) - confidence) <= 0.07, (confidence, len(rights))
    every = [(confidence, right) for confidence, rights in told.items() for right in rights]
    assert abs(sum(one for one, _ in every) - sum(right for _, right in every)) <= 0.05 * len(every)


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("不太满意", "bad"),
        ("满意", "good"),
        ("非常不满意", "bad"),
        ("对不起我没听清", ""),
        ("满不满意", ""),
        ("一般", ""),
    ],
)
async def test_two_degrees_take_all_of_their_side(words: str, intent: str) -> None:
    wanted = [Wanted("good", means="satisfied"), Wanted("bad", means="dissatisfied")]
    assert (await KeywordUnderstanding().understand(words, wanted, [], TODAY)).intent == intent


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("对", "yes"), ("不太对", "no"), ("对不起我没听清", ""), ("是不是", ""), ("我是住在三楼的", ""),
        ("不是", "no"), ("好的", "yes"),
    ],
)  # fmt: skip
async def test_words_that_a_flow_names_itself_are_no_substrings(words: str, intent: str) -> None:
    wanted = [Wanted("yes", ["是", "对", "好的"]), Wanted("no", ["不", "不是"])]
    assert (await KeywordUnderstanding().understand(words, wanted, [], TODAY)).intent == intent


async def test_what_it_is_about_counts_more_than_a_yes() -> None:
    wanted = [Wanted("yes", means="yes"), Wanted("no", means="no"), Wanted("human", ["人工"])]
    for words, intent in (("不是，我要人工", "human"), ("不要人工", "no"), ("好的", "yes"), ("转人工，对", "human")):
        assert (await KeywordUnderstanding().understand(words, wanted, [], TODAY)).intent == intent


@pytest.mark.parametrize(
    ("words", "meant"), [("那个对", "yes"), ("你好是的", "yes"), ("嗯那个不是", "no"), ("请问一下", "")]
)
async def test_how_somebody_begins_who_still_thinks_is_no_part_of_his_answer(words: str, meant: str) -> None:
    found = await understood("yes_no", words)
    assert (found.intent if found.confidence >= SURE else "") == meant
