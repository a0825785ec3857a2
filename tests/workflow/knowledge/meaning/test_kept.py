"""Vectors are kept in a file: what was encoded once is not encoded again, and readers go on while one writes."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from tests.workflow.knowledge.meaning.model import ByWords
from workflow.knowledge.meaning.encoding import Encoding
from workflow.knowledge.meaning.kept import KeptVectors, file_of
from workflow.knowledge.meaning.likeness import likeness
from workflow.knowledge.meaning.pieces import mark_of
from workflow.knowledge.meaning.port import NotEncoded, of_length_one


async def test_only_what_is_missing_is_encoded(tmp_path: Path) -> None:
    kept, model = KeptVectors(tmp_path / "v.sqlite"), ByWords()
    encoding = Encoding(model, kept)
    assert await encoding.encode(["公积金", "居住证", "公积金"]) == 2
    assert await Encoding(model, kept).encode(["居住证", "医保"]) == 1
    assert model.texts == ["公积金", "居住证", "医保"]
    assert kept.keep_only(encoding.marks) == 1
    assert len(kept) == 2
    other = KeptVectors(tmp_path / "v.sqlite")
    assert set(other.of([mark_of("公积金"), mark_of("医保")])) == {mark_of("公积金")}
    other.close()
    kept.close()


async def test_what_was_encoded_before_the_model_went_away_stays(tmp_path: Path) -> None:
    kept, model = KeptVectors(tmp_path / "v.sqlite"), ByWords()
    model.fails_after = 1
    with pytest.raises(NotEncoded):
        await Encoding(model, kept).encode([f"第{one}条" for one in range(40)])
    assert len(kept) == 32
    kept.close()


async def test_likeness_is_on_one_scale_and_0_for_what_has_no_vector(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path / "v.sqlite")
    await Encoding(ByWords(), kept).encode(["公积金提取", "居住证"])
    (asked,) = await ByWords().encode(["公积金"], asked=True)
    fund, card, other = ([mark_of(one)] for one in ("公积金提取", "居住证", "医保"))
    found = likeness(asked, [fund, other, card, []], kept)
    assert found[0] == pytest.approx(0.1)
    assert found[2] == pytest.approx(-0.1)
    assert found[1] == found[3] == 0
    assert not likeness(asked[:5], [fund, card], kept).any(), "of another model"
    assert not likeness(asked, [fund], kept).any(), "beside nothing"
    kept.close()
    assert likeness(asked, [fund, card], kept).any(), "what was read once is not read again"
    assert not likeness(asked, [fund, card, other], kept).any(), "the file is gone"


async def test_what_is_held_has_an_end_and_no_search_lacks_a_vector(tmp_path: Path) -> None:
    texts = [f"第{one}条" for one in range(60)]
    marks = [mark_of(one) for one in texts]
    kept = KeptVectors(tmp_path / "v.sqlite", held=25)
    await Encoding(ByWords(), kept).encode(texts)
    for begin in (0, 10, 5, 40, 0):
        wanted = [*marks[begin : begin + 20], mark_of("没有")]
        places, rows = kept.rows(wanted)
        assert places == list(range(20))
        expected = kept.of(wanted)
        assert rows is not None and (rows == np.stack([expected[mark] for mark in wanted[:20]])).all()
    assert len(kept.rows(marks)[0]) == 60, "more than it holds, at once"
    kept.close()


def test_each_model_has_a_file_of_its_own_and_a_broken_one_is_begun_anew(tmp_path: Path) -> None:
    assert file_of(tmp_path, "one") != file_of(tmp_path, "two")
    path = tmp_path / "v.sqlite"
    path.write_bytes(b"nonsense" * 1000)
    kept = KeptVectors(path)
    assert len(kept) == 0
    kept.close()
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(sqlite3.OperationalError):
        KeptVectors(tmp_path / "folder.sqlite")


@pytest.mark.parametrize(
    "rows", [[[1.0, 2.0]], [1.0, 2.0], [[1.0], [1.0, 2.0]], [["x"], ["y"]], [[np.nan], [1.0]], None]
)
def test_what_is_no_vector_is_refused(rows: object) -> None:
    with pytest.raises(NotEncoded):
        of_length_one(rows, 2)  # type: ignore[arg-type]
