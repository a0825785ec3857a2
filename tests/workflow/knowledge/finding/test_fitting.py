"""Weights are learnt on one half of the kept questions, and told on the other."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflow.knowledge.finding.library import indexed, shipped
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.fitting import NEVER, fit, halves
from workflow.knowledge.finding.judging import Judged

THINGS = "公积金 医疗保险 居住证 身份证 养老金 低保 房产证 驾驶证 护照 户口 学籍 疫苗 停车 路灯 公交".split()
BAD = replace(shipped(), weights={"length": 30.0, "near": 2.0})


def library() -> tuple[list[Article], list[Judged]]:
    dice = random.Random(3)
    articles, judged = [], []
    for thing in THINGS:
        for act in ("办理", "查询"):
            others = "".join(dice.sample(THINGS, 5)) * dice.randint(1, 12)
            articles.append(Article(thing + act, f"{thing}{act}指南", f"{thing}{act}需要的材料。{others}"))
            judged.append(Judged(f"{thing}怎么{act}", (thing + act,)))
    return articles, judged


def test_it_becomes_better_on_questions_that_it_never_saw(tmp_path: Path) -> None:
    articles, judged = library()
    with indexed(tmp_path, articles) as searching:
        fitted = fit(searching, judged, BAD)
        assert fitted.unseen.first > fitted.unseen_before.first
        assert fitted.unseen.first >= 0.9
        assert fitted.unseen.questions + fitted.seen.questions == len(judged)
        # What kept questions say nothing of keeps its weight.
        assert {name: fitted.weights.get(name) for name in NEVER if name in fitted.weights} == {"near": 2.0}
        assert fit(searching, list(reversed(judged)), BAD).weights == fitted.weights


def test_halves_have_each_question_once() -> None:
    judged = [Judged(f"{at}", ("a",)) for at in range(41)]
    first, second = halves(judged)
    assert sorted((*first, *second), key=lambda one: one.asked) == sorted(judged, key=lambda one: one.asked)
    assert abs(len(first) - len(second)) == 1


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    with indexed(tmp_path) as searching, pytest.raises(ValueError, match="no kept question"):
        fit(searching, [Judged("低空", ("x",)), Judged("飞行", ("x",))], BAD)
