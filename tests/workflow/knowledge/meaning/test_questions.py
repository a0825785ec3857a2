"""A question has its vector in time, or is asked by its words."""

import asyncio

import pytest

from tests.workflow.knowledge.meaning.model import ByWords
from workflow.knowledge.meaning.questions import LONGEST, Questions


async def test_a_question_is_encoded_once_however_often_it_is_asked() -> None:
    model = ByWords()
    questions = Questions(model, 20)
    first, second = await asyncio.gather(questions.of("公积金 怎么取"), questions.of("公积金\n怎么取 "))
    assert first is not None
    assert first is second
    assert await questions.of("问" * 5_000) is not None
    assert model.texts == ["公积金 怎么取", "问" * LONGEST]
    await questions.close()


async def test_a_model_that_is_slow_keeps_nobody_waiting_and_its_answer_serves_the_next() -> None:
    model = ByWords()
    questions = Questions(model, 0.01)
    model.going.clear()
    assert await questions.of("公积金") is None
    model.going.set()
    await asyncio.sleep(0.01)
    assert await questions.of("公积金") is not None
    assert model.asked == 1
    await questions.close()


async def test_a_model_that_is_away_is_told_once_and_asked_again() -> None:
    model = ByWords()
    questions = Questions(model, 20)
    model.fails_after = 0
    assert await questions.of("公积金") is None
    assert questions.trouble == "away"
    model.fails_after = 10
    assert await questions.of("公积金") is not None
    assert questions.trouble == ""
    await questions.close()


@pytest.mark.parametrize("words", ["", " \n"])
async def test_nothing_is_asked_of_nothing(words: str) -> None:
    model = ByWords()
    assert await Questions(model, 1).of(words) is None
    assert await Questions(None, 1).of("公积金") is None
    assert not model.asked


async def test_who_waits_is_let_go_at_the_end() -> None:
    model = ByWords()
    questions = Questions(model, 5)
    model.going.clear()
    waiting = asyncio.create_task(questions.of("公积金"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await questions.close()
    assert await waiting is None
