"""Articles as the index takes them, and how one stands in it; candidates as it gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import tantivy

from workflow.knowledge.finding.sounds import sound_terms
from workflow.knowledge.finding.terms import Row, read
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares terms with a question. `words` is its BM25.

    `terms` are all of its terms, each once, in rising order; `row` says in which order they stand: title, wordings,
    text. `names` are title and wordings, `titles` of how many terms each is, `places` what it names of such, `pieces`
    the marks of what a model takes in whole.
    """

    id: str
    version: int
    words: float
    at: int
    names: Sequence[str]
    titles: Sequence[int]
    terms: Row
    row: Order
    facets: frozenset[str]
    places: Sequence[str] = ()
    pieces: Sequence[bytes] = ()


def document_of(one: Article, places: Sequence[str]) -> tuple[tantivy.Document, Row]:
    """An article for the index, with the places that it names; and its terms, each once."""
    names, text = [read(said) for said in (one.title, *one.wordings)], read(one.text)
    whole = np.concatenate([said.row for said in (*names, text)])[:LONGEST_ROW]
    terms, order = np.unique(whole, return_inverse=True)
    document = tantivy.Document(
        id=one.id,
        title=" ".join(said.spaced for said in names),
        # What a title says counts as said: how many of a question's terms are there is asked of one field.
        text=" ".join(said.spaced for said in (*names, text)),
        sounds=" ".join({term for said in (one.title, *one.wordings) for term in sound_terms(said)}),
    )
    document.add_unsigned("version", one.version)
    document.add_unsigned("at", max(0, one.at))
    document.add_bytes("titles", np.array([len(said.row) for said in names], np.uint16).tobytes())
    document.add_bytes("terms", terms.tobytes())
    document.add_bytes("row", order.astype(np.uint16).tobytes())
    marked = b"".join(map(mark_of, pieces(one.title, one.wordings, one.text)))
    document.add_bytes("pieces", marked)
    document.add_text("organisation", one.organisation)
    document.add_text("region", one.region)
    document.add_text("audience", OVERDUE if one.overdue and one.audience == PUBLIC else one.audience)
    for said in (one.title, *one.wordings):
        document.add_text("names", said)
    for said in places:
        document.add_text("places", said)
    for mark in marks({"region": [one.region], "audience": [one.audience], **one.facets}):
        document.add_text("facet", mark)
    return document, terms


def candidate_of(searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress) -> Candidate:
    """What the index keeps of an article."""
    found = searcher.doc(address)
    return Candidate(
        id=str(found.get_first("id")),
        version=int(found.get_first("version") or 0),
        words=score,
        at=int(found.get_first("at") or 0),
        names=[str(one) for one in found.get_all("names")],
        titles=_bytes(found, "titles", np.uint16).tolist(),
        terms=_bytes(found, "terms", np.uint32),
        row=_bytes(found, "row", np.uint16),
        facets=frozenset(str(one) for one in found.get_all("facet")),
        places=[str(one) for one in found.get_all("places")],
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
    builder.add_text_field("places", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("titles", stored=True)
    builder.add_bytes_field("terms", stored=True)
    builder.add_bytes_field("row", stored=True)
    builder.add_bytes_field("pieces", stored=True)
    return builder.build()


def _bytes(document: tantivy.Document, name: str, sort: type[Kept]) -> npt.NDArray[Kept]:
    kept = document.get_first(name)
    return np.frombuffer(bytes(kept) if isinstance(kept, bytes | bytearray | list) else b"", sort)
