"""Which words come up."""

from hypothesis import given
from hypothesis import strategies as st

from workflow.trends.words import READ, counts_of, hot_words, words_of

PLACES = ("城东", "河西", "北郊", "新桥", "西园", "南湖", "老街", "东港", "花园", "高新", "雪堰", "奔牛")
DOES = ("日夜施工", "扬尘很大", "半夜响", "污水横流", "堵了门", "无证开工")
BEFORE = [f"{place}的{what}" for place in PLACES for what in ("电梯坏了", "路灯不亮", "停水两天")]
NOW = [*BEFORE[:18], *(f"{place}有搅拌站{DOES[at % len(DOES)]}" for at, place in enumerate(PLACES))]


def test_what_is_new_comes_first_and_in_whole_words() -> None:
    found = hot_words(NOW, BEFORE)
    first = [one.word for one in found if one.sure > 10]
    assert "搅拌站" in first
    assert not {"搅拌", "拌站"} & {one.word for one in found}
    assert {one.word: one.count for one in found}["搅拌站"] == 12
    assert found[0].expected == 0


def test_what_has_become_rarer_stands_last() -> None:
    found = hot_words([*NOW, *(f"搅拌站{one}" for one in PLACES)], BEFORE)
    assert found[-1].sure < 0 < found[0].sure


def test_without_an_earlier_time_words_are_by_number() -> None:
    found = hot_words(NOW, [])
    assert [one.count for one in found] == sorted((one.count for one in found), reverse=True)
    assert all(one.expected == 0 for one in found)


def test_nothing_said_has_no_words() -> None:
    assert hot_words([], []) == [] and hot_words(["", "1 2 3"], ["x"]) == []


@given(st.lists(st.text("搅拌站扬尘的了，1aZ\n", max_size=30), max_size=15))
def test_each_word_stands_in_as_many_texts_as_are_told(texts: list[str]) -> None:
    found = words_of(texts)
    assert found == counts_of(texts, found)
    assert all(count == sum(word in text[:READ] for text in texts) for word, count in found.items())
