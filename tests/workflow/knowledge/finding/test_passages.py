"""The passage that answers, and what is marked in it."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.knowledge.finding.library import indexed
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.passages import LONGEST, _heaviest, answered, passage, title_pieces, wanted_words
from workflow.knowledge.finding.terms import Rarity

LONG = "第一章总则。" * 60 + "申请人凭身份证到窗口办理公积金提取。" + "附则。" * 60


def test_the_passage_is_where_the_answer_stands_not_the_head(tmp_path: Path) -> None:
    others = [Article(f"o{at}", "怎么办理", f"第{at}号通知：怎么办理其他事项。") for at in range(20)]
    with indexed(tmp_path, [Article("a", "办法", LONG), *others]) as made:
        wanted = wanted_words("公积金怎么提取", ("房积金",), made.index.rarity)
    found = passage(LONG, wanted)
    said = "".join(one.text for one in found)
    assert "凭身份证到窗口办理公积金提取" in said
    assert len(said) <= LONGEST + 2
    assert {"公积金提取"} == {one.text for one in found if one.hit}
    assert "怎么" not in wanted
    assert "房积金" in wanted


def test_what_stands_nowhere_takes_no_mark_from_what_does(tmp_path: Path) -> None:
    """In a small house every word is in a quarter of the articles: 职了 would be the only rare one."""
    said = [Article(f"o{at}", "离职后公积金怎么提取", "到窗口") for at in range(2)]
    with indexed(tmp_path, [*said, Article("b", "社保卡", "到网点")]) as made:
        wanted = wanted_words("离职了公积金", (), made.index.rarity)
    assert {"离职", "公积", "积金"} == set(wanted)
    assert {"离职", "公积金"} == {one.text for one in title_pieces("离职后公积金怎么提取", wanted) if one.hit}


def test_a_text_without_hits_begins_at_its_beginning() -> None:
    assert passage("短文", {"公积": 1.0})[0].text == "短文"
    assert [one.text for one in title_pieces("公积金提取", {"公积": 1.0, "积金": 1.0}) if one.hit] == ["公积金"]


@given(st.text(max_size=300), st.text(max_size=40))
def test_pieces_are_the_text(text: str, asked: str) -> None:
    found = passage(text, wanted_words(asked, (), Rarity()))
    said = "".join(one.text for one in found)
    assert said.strip("…") in " ".join(text.split())


def test_how_much_of_a_question_a_passage_answers() -> None:
    assert answered("公积金怎么提取", "凭身份证办理公积金提取") == 1
    assert answered("低空经济补贴", "生育补贴申领") < 0.4
    assert answered("怎么办", "怎么办") == 0
    assert answered("", "公积金") == 0


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=30), st.integers(1, 20))
def test_a_passage_begins_where_most_lies_ahead(found: list[tuple[int, int]], within: int) -> None:
    weights = (1.0, 0.5, 0.25, 2.0)
    found.sort()
    ahead = [
        (sum(weights[which] for which in {one for at, one in found if first <= at < first + within}), first)
        for first, _ in found
    ]
    best = max((weight for weight, _ in ahead), default=0.0)
    expected = next((first for weight, first in ahead if weight == best), 0)
    assert _heaviest(found, weights, within) == expected
