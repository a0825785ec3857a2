"""Articles as the index takes them, and how one stands in it; candidates as it gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import tantivy

from cti.office.search.tokens import folded
from workflow.knowledge.finding.sounds import sound_terms
from workflow.knowledge.finding.terms import Row, Weights, read
from workflow.knowledge.meaning.pieces import mark_of, marks_in, pieces

PUBLIC, OVERDUE = "public", "overdue"
"""A public article that nobody confirmed in time is for the staff alone."""
LONGEST_ROW = (1 << 16) - 1
"""So many terms of an article are looked at for its signs; it is found by all of them."""
Order = npt.NDArray[np.uint16]
Kept = TypeVar("Kept", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is found. `wordings` are other titles of it: questions as people ask them, keywords.

    `at` is when it was published, in seconds since 1970. Organisation, region and audience say who reads it; an overdue
    one is for nobody but the staff. `facets` narrow it: department, category …, each with its values.
    """

    id: str
    title: str
    text: str
    version: int = 1
    wordings: Sequence[str] = ()
    at: int = 0
    organisation: str = ""
    region: str = ""
    audience: str = "inside"
    overdue: bool = False
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """What the index keeps of an article.

    `terms` are all of its terms, each once, in rising order, `counts` how often each stands there. `places` say where:
    those of the first term, then of the second … Title and wordings stand first, then the text. `names` are title and
    wordings, `titles` of how many terms each is, `named` which terms these are. `cities` are the places in the world
    that it names, `pieces` the marks of what a model takes in whole.
    """

    id: str
    version: int
    at: int
    names: Sequence[str]
    titles: Sequence[int]
    named: Order
    terms: Row
    counts: Order
    places: Order
    facets: frozenset[str]
    cities: Sequence[str] = ()
    pieces: Sequence[bytes] = ()
    weighed: Weights | None = None
    """What each term counts in the article, once somebody has weighed it (`signs.py`)."""
    norm: float = 0.0
    """The length of `weighed`."""
    letters: Sequence[frozenset[str]] = field(init=False)
    """The characters of each of `names`."""

    def __post_init__(self) -> None:
        self.letters = [frozenset(folded(one)) for one in self.names]

    @property
    def size(self) -> int:
        """About so many bytes of memory it takes."""
        return 10 * len(self.terms) + 2 * len(self.places) + BESIDE


BESIDE = 3_000
"""Bytes of what an entry has beside its terms."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares terms with a question, or is near to what it means. `words` is its BM25."""

    words: float
    entry: Entry


def document_of(one: Article, cities: Sequence[str]) -> tuple[tantivy.Document, Row]:
    """An article for the index, with the `cities` that it names; and its terms, each once."""
    names, text = [read(said) for said in (one.title, *one.wordings)], read(one.text)
    whole = np.concatenate([said.row for said in (*names, text)])[:LONGEST_ROW]
    terms, order, counts = np.unique(whole, return_inverse=True, return_counts=True)
    titles = [len(said.row) for said in names]
    document = tantivy.Document(
        id=one.id,
        title=" ".join(said.spaced for said in names),
        # What a title says counts as said: how many of a question's terms are there is asked of one field.
        text=" ".join(said.spaced for said in (*names, text)),
        sounds=" ".join({term for said in (one.title, *one.wordings) for term in sound_terms(said)}),
    )
    document.add_unsigned("version", one.version)
    document.add_unsigned("at", max(0, one.at))
    document.add_bytes("titles", np.array(titles, np.uint16).tobytes())
    document.add_bytes("named", order[: sum(titles)].astype(np.uint16).tobytes())
    document.add_bytes("terms", terms.tobytes())
    document.add_bytes("counts", counts.astype(np.uint16).tobytes())
    document.add_bytes("places", np.argsort(order, kind="stable").astype(np.uint16).tobytes())
    marked = b"".join(map(mark_of, pieces(one.title, one.wordings, one.text)))
    document.add_bytes("pieces", marked)
    document.add_text("organisation", one.organisation)
    document.add_text("region", one.region)
    document.add_text("audience", OVERDUE if one.overdue and one.audience == PUBLIC else one.audience)
    for said in (one.title, *one.wordings):
        document.add_text("names", said)
    for said in cities:
        document.add_text("cities", said)
    for mark in marks({"region": [one.region], "audience": [one.audience], **one.facets}):
        document.add_text("facet", mark)
    return document, terms


def entry_of(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Entry:
    """What the index keeps of an article."""
    found = searcher.doc(address)
    return Entry(
        id=str(found.get_first("id")),
        version=int(found.get_first("version") or 0),
        at=int(found.get_first("at") or 0),
        names=[str(one) for one in found.get_all("names")],
        titles=_bytes(found, "titles", np.uint16).tolist(),
        named=_bytes(found, "named", np.uint16),
        terms=_bytes(found, "terms", np.uint32),
        counts=_bytes(found, "counts", np.uint16),
        places=_bytes(found, "places", np.uint16),
        facets=frozenset(str(one) for one in found.get_all("facet")),
        cities=[str(one) for one in found.get_all("cities")],
        pieces=marks_in(_bytes(found, "pieces", np.uint8).tobytes()),
    )


def marks(facets: Mapping[str, Sequence[str]]) -> list[str]:
    """Values of facets as the index has them."""
    return [f"{facet}:{value}" for facet, values in facets.items() for value in values]


def schema() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("version", stored=True, fast=True)
    builder.add_unsigned_field("at", stored=True, fast=True)
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("sounds", tokenizer_name="whitespace", index_option="basic")
    for name in ("organisation", "region", "audience"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facet", stored=True, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("names", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("cities", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("titles", "named", "terms", "counts", "places", "pieces"):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def _bytes(document: tantivy.Document, name: str, sort: type[Kept]) -> npt.NDArray[Kept]:
    kept = document.get_first(name)
    return np.frombuffer(bytes(kept) if isinstance(kept, bytes | bytearray | list) else b"", sort)
