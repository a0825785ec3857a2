"""Entries that were looked at are held, as many as there is room for, and what is readable stays so by either way."""

from __future__ import annotations

from pathlib import Path

import pytest
from tantivy import Query

from tests.workflow.knowledge.finding.library import ALL, FUND, ids, indexed, shipped
from workflow.knowledge.finding import index as kept
from workflow.knowledge.finding import matched as counting
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.held import HeldEntries
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.rules import Readable

BY = shipped()


def test_an_entry_is_read_once_and_forgotten_when_there_is_no_room(tmp_path: Path) -> None:
    with indexed(tmp_path) as made:
        searcher = made.index._searcher
        hits = [(float(score), address) for score, address in searcher.search(Query.all_query(), 10).hits]
        held = HeldEntries(searcher)
        first = held.candidates(hits)
        again = held.candidates(hits)
        assert [one.entry for one in again] == [one.entry for one in first]
        assert all(one.entry is other.entry for one, other in zip(first, again, strict=True)), "not read again"
        assert held.size == sum(one.entry.size for one in first)
        small = HeldEntries(searcher, most=first[0].entry.size + first[1].entry.size)
        assert [one.entry.id for one in small.candidates(hits)] == [one.entry.id for one in first]
        assert 0 < small.size <= first[0].entry.size + first[1].entry.size
        (last,) = small.candidates(hits[-1:])
        assert last.entry is small.candidates(hits[-1:])[0].entry, "the latest stay"


def test_what_is_published_again_is_read_again(tmp_path: Path) -> None:
    with indexed(tmp_path) as made:
        before = made.search("公积金提取", BY, EVERYTHING).found[0]
        assert ids(made.search("公积金提取", BY, EVERYTHING))[0] == FUND.id
        made.index.put([Article("new", "公积金提取新办法", "公积金提取新办法" * 9, version=2)])
        made.index.commit()
        found = {hit.id: hit for hit in made.search("公积金提取", BY, EVERYTHING).found}
        assert "new" in found and found[FUND.id].signs["whole"] != before.signs["whole"], "its words are less rare now"


@pytest.mark.parametrize("few", [0, kept.FEW_VALUES])
def test_what_is_readable_does_not_depend_on_how_many_values_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(kept, "FEW_VALUES", few)
    with indexed(tmp_path) as made:

        def found(readable: Readable) -> set[str]:
            results = made.search("", BY, readable)
            assert results.total == len(results.found)
            return set(ids(results))

        everybody = {one.id for one in ALL}
        assert found(EVERYTHING) == everybody
        assert found(Readable(above=frozenset({"320400"}), given=frozenset({"card"}))) == {"fund", "card"}
        assert found(Readable(organisations=frozenset({"east", "west"}), regions=None)) == {"loan", "card", "care"}
        assert found(Readable(everything=True, audiences=frozenset({"public"}))) == {"fund", "card"}
        assert found(Readable(everything=True, audiences=frozenset({"inside"}))) == {"loan", "care"}
        assert found(Readable()) == set()


def test_the_total_is_of_all_however_many_values_facets_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_FACETS", 2)
    with indexed(tmp_path) as made:
        found = made.search("", BY, EVERYTHING)
        assert found.total == len(ALL)
        assert sum(len(values) for values in found.facets.values()) == 2
