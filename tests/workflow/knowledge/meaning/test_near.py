"""The nearest of many: as whoever looks at every vector finds them, followed as articles change, kept in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.near import LOOKED_AT, Near, near_of
from workflow.knowledge.meaning.port import Vectors, of_length_one

WIDTH = 96


def mark(at: int) -> bytes:
    return at.to_bytes(16)


def library(kept: KeptVectors, articles: int, each: int = 3) -> tuple[Mapping[str, Sequence[bytes]], Vectors]:
    """Articles of so many pieces, of vectors that lean to one side, as those of models do."""
    dice = np.random.default_rng(5)
    rows = of_length_one(dice.normal(size=(articles * each, WIDTH)) + 0.5, articles * each)
    kept.put([mark(at) for at in range(len(rows))], rows)
    return {f"a{at}": [mark(at * each + one) for one in range(each)] for at in range(articles)}, rows


@pytest.fixture
def kept(tmp_path: Path) -> KeptVectors:
    return KeptVectors(tmp_path / "vectors.sqlite")


def test_the_nearest_are_those_of_whoever_looks_at_all(kept: KeptVectors) -> None:
    said, rows = library(kept, 500)
    near = near_of(said, kept)
    assert near is not None and len(near) == len(rows) > LOOKED_AT
    dice, first, among = np.random.default_rng(6), 0, 0
    for at in range(50):
        (asked,) = of_length_one(rows[[at * 7]] + dice.normal(size=(1, WIDTH)) * 0.08, 1)
        best = (rows @ asked).reshape(500, 3).max(1)
        found = near.nearest(asked, kept)
        assert list(found.values()) == sorted(found.values(), reverse=True)
        first += next(iter(found)) == f"a{int(best.argmax())}"
        among += len({f"a{one}" for one in np.argsort(-best)[:10]} & set(list(found)[:20]))
    assert first == 50
    assert among > 0.9 * 500
    assert near.nearest(np.ones(7, np.float32), kept) == {}, "another model's"
    kept.close()


def test_articles_come_go_and_say_something_else(kept: KeptVectors, tmp_path: Path) -> None:
    said, rows = library(kept, 20)
    near = near_of(said, kept)
    assert near is not None
    kept.put([mark(999)], rows[[30]] * -1)
    now = near.changed({"a3", "a10", "new"}, {"a10": [mark(999)], "new": [mark(9), mark(30)], "none": []}, kept)
    assert len(now) == len(near) - 6 + 3
    assert next(iter(now.nearest(rows[9], kept))) == "new", "what the third said, the new one says now"
    assert "a3" not in now.nearest(rows[9], kept)
    assert next(iter(now.nearest(rows[12], kept))) == "a4"
    assert next(iter(now.nearest(-rows[30], kept))) == "a10"
    now.save(tmp_path / "own.near")
    again = Near.load(tmp_path / "own.near")
    assert again is not None
    assert again.nearest(rows[9], kept) == now.nearest(rows[9], kept)
    assert [one.name for one in tmp_path.glob("own*")] == ["own.near"]
    kept.close()


def test_of_too_many_pieces_the_first_of_each_article_are_known(kept: KeptVectors) -> None:
    said, rows = library(kept, 10)
    near = near_of({**said, "short": [mark(0)]}, kept, most=25)
    assert near is not None and len(near) == 21, "two of each, and one of one"
    assert next(iter(near.nearest(rows[4], kept))) == "a1"
    assert near.nearest(rows[5], kept)["a1"] < 0.99, "its third piece is not known"
    # What comes later gives no more of its pieces.
    assert len(near.changed(["later"], {"later": [mark(27), mark(28), mark(29)]}, kept)) == 23
    kept.close()


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"PK\x03\x04 cut"])
def test_a_file_that_is_broken_or_not_there_is_none(tmp_path: Path, content: bytes) -> None:
    assert Near.load(tmp_path / "away.near") is None
    (tmp_path / "broken.near").write_bytes(content)
    assert Near.load(tmp_path / "broken.near") is None


def test_where_nothing_is_encoded_there_is_none(kept: KeptVectors) -> None:
    assert near_of({}, kept) is None
    assert near_of({"one": [mark(1)]}, kept) is None
    kept.close()
