"""An article as pieces: nothing that one says in a breath is lost between two of them."""

from hypothesis import given
from hypothesis import strategies as st

from workflow.knowledge.meaning.pieces import LONGEST, MOST, STEP, mark_of, marks_in, pieces


@given(st.text("公积金提取窗口。", max_size=1_500), st.data())
def test_what_is_shorter_than_the_overlap_stands_whole_in_a_piece(text: str, data: st.DataObject) -> None:
    found = pieces("", (), text)
    start = data.draw(st.integers(0, len(text)))
    said = text[start : start + LONGEST - STEP]
    assert any(said in one for one in found) or not said
    assert all(0 < len(one) <= LONGEST for one in found)


def test_title_and_wordings_are_pieces_and_the_title_stands_above_each_part() -> None:
    found = pieces("公积金提取", ("公积金怎么取", "公积金提取", " "), "带身份证到窗口。" * 30)
    assert found[:2] == ["公积金提取", "公积金怎么取"]
    assert len(found) == 4
    assert all(one.startswith("公积金提取。") for one in found[2:])
    assert len(pieces("长", (), "字句段" * 10_000)) <= MOST


def test_marks_end_to_end() -> None:
    marks = [mark_of(one) for one in ("公积金", "\ud800", "")]
    assert marks_in(b"".join(marks)) == marks
    assert len(set(marks)) == 3
    assert marks_in(b"") == []
