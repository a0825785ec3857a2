"""Texts of records of any kind, found by words; what somebody may not see is not found.

Organisation, region and kind are tokens too, so the index itself leaves out what lies beyond a visitor's reach; the
rows are checked once more.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    TextClause,
    and_,
    bindparam,
    column,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.util import ClauseAdapter

from cti.base.scope import Scope
from cti.office.search.models import SearchEntry
from cti.office.search.tokens import code_tokens, query_phrases, text_tokens
from cti.store import unasked
from cti.store.upsert import insert_or_leave

PART_TOKENS = 10_000
"""PostgreSQL keeps no positions beyond 16,383: longer texts are kept in parts."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BITS = 20
_TRIES = 20
NEWEST = (5_000, 50_000)
"""So many rows are looked through before PostgreSQL's index of words is asked: more of them for common words only."""
COMMON = 0.05
"""Words that stand in a greater share of the rows than this are common."""
MOST = 10_000
"""So many records a filter finds."""
Limit = ColumnElement[bool] | TextClause
_GONE = delete(SearchEntry).where(tuple_(SearchEntry.kind, SearchEntry.record).in_(bindparam("gone", expanding=True)))
_WORDS = table("search_words", column("rowid", BigInteger()))
"""SQLite's index of words."""


@dataclass(frozen=True, slots=True)
class Findable:
    """A record as it is found: by its text, by its numbers (`codes`), in the order of its time.

    Long numbers inside the text are not found: they may be telephones'.
    """

    kind: str
    id: str
    at: datetime
    organisation: str
    region: str
    text: str
    codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. `place` is where the next page goes on."""

    kind: str
    id: str
    place: int


@dataclass(frozen=True, slots=True)
class Few:
    """Records of a kind that are known one by one: `ids` selects them, `rule` is a condition on their entries."""

    kind: str
    ids: Select[tuple[str]]
    rule: ColumnElement[bool]


def place_of(at: datetime) -> int:
    """The least `place` of what was at this time."""
    return (at - _EPOCH) // timedelta(milliseconds=1) << _BITS


async def keep(session: AsyncSession, found: Findable, *, fresh: bool = False) -> None:
    """Let a record be found as it is now, in the transaction of its change; a `fresh` one was not found before."""
    if not fresh:
        await forget(session, found.kind, [found.id])
    for part, tokens in enumerate(_parts(found)):
        await _insert(session, found, part, tokens)


async def keep_fresh(session: AsyncSession, many: Sequence[Findable]) -> None:
    """The same for many that were not found before, in two statements."""
    rows = [_row(one, part, tokens) for one in many for part, tokens in enumerate(_parts(one))]
    taken = set(await session.scalars(select(SearchEntry.id).where(SearchEntry.id.in_([row["id"] for row in rows]))))
    for row in rows:
        while row["id"] in taken:
            row["id"] = row["id"] >> _BITS << _BITS | secrets.randbits(_BITS)
        taken.add(row["id"])
    if rows:
        await session.execute(insert(SearchEntry), rows)


async def forget(session: AsyncSession, kind: str, ids: Iterable[str]) -> None:
    """Let records never be found again."""
    if gone := [(kind, id) for id in ids]:
        await unasked.write(session, _GONE, {"gone": gone})


async def oldest(session: AsyncSession, kind: str) -> str | None:
    """The least id of the records of a kind that can be found."""
    wanted = select(SearchEntry.record).where(SearchEntry.kind == kind).order_by(SearchEntry.record)
    found: str | None = await session.scalar(wanted.limit(1))
    return found


async def find(
    session: AsyncSession,
    words: str,
    scope: Scope,
    *,
    kinds: Collection[str],
    rules: Mapping[str, ColumnElement[bool]] | None = None,
    few: Sequence[Few] = (),
    before: int | None = None,
    size: int = 20,
) -> list[Hit]:
    """Records of these kinds within reach, and of `few`, in which all the words stand, the newest first.

    `rules` are further conditions on the entries of a kind: what its records' own rule says of who reads them.
    `before` is the `place` of the last hit of the page before. Words that mean nothing find nothing.
    """
    phrases = query_phrases(words)
    if not phrases:
        return []
    hits: dict[tuple[str, str], Hit] = {}
    while len(hits) < size:
        every = set(await _page(session, phrases, scope, kinds, rules or {}, before, size))
        for one in few:
            every.update(await _among(session, phrases, one, before, size))
        rows = sorted(every, key=lambda row: row[2], reverse=True)[:size]
        for kind, record, place in rows:
            hits.setdefault((kind, record), Hit(kind, record, place))
            before = place
        if len(rows) < size:
            break
    return list(hits.values())[:size]


async def _page(
    session: AsyncSession,
    phrases: Sequence[Sequence[str]],
    scope: Scope,
    kinds: Collection[str],
    rules: Mapping[str, ColumnElement[bool]],
    before: int | None,
    size: int,
) -> Sequence[tuple[str, str, int]]:
    narrowed = [[mark("k", kind) for kind in kinds]]
    if scope.organisations is not None:
        narrowed.append([mark("o", one) for one in scope.organisations])
    if scope.regions is not None:
        narrowed.append([mark("r", one) for one in scope.regions])
    if not all(narrowed):
        return []
    limits: list[ColumnElement[bool]] = [*scope.limits(SearchEntry), SearchEntry.kind.in_(kinds)]
    if rules:
        limits.append(or_(*(and_(SearchEntry.kind == kind, rules.get(kind, true())) for kind in kinds)))
    if session.get_bind().dialect.name == "sqlite":
        return await _sqlite(session, _fts5(phrases, narrowed), limits, before, size)
    return await _postgresql(session, _tsquery(phrases, narrowed), limits, before, size)


async def _sqlite(
    session: AsyncSession, words: str, limits: Sequence[ColumnElement[bool]], before: int | None, size: int
) -> Sequence[tuple[str, str, int]]:
    """By the index of words, which is read backwards without sorting."""
    wanted = (
        select(SearchEntry.kind, SearchEntry.record, SearchEntry.id)
        .join(_WORDS, _WORDS.c.rowid == SearchEntry.id)
        .where(text("search_words MATCH :words").bindparams(words=words), *limits)
        .order_by(_WORDS.c.rowid.desc())
        .limit(size)
    )
    if before is not None:
        wanted = wanted.where(_WORDS.c.rowid < before)
    return [(kind, record, id) for kind, record, id in await session.execute(wanted)]


async def _postgresql(
    session: AsyncSession, words: str, limits: Sequence[ColumnElement[bool]], before: int | None, size: int
) -> Sequence[tuple[str, str, int]]:
    """Common words stand in the newest rows: look there first. What is not is rare, and its index is quick.

    The planner cannot know which is which, and takes a second for a rare word that it takes for a common one.
    """
    older = [SearchEntry.id < before] if before is not None else []
    matches = _matches(words)
    for most in NEWEST:
        newest = select(SearchEntry).where(*older).order_by(SearchEntry.id.desc()).limit(most).subquery()
        rows = await _newest(session, newest, [matches, *limits], size)
        if len(rows) == size:
            return rows
        with_them = await session.scalar(select(func.count()).select_from(newest).where(matches)) or 0
        if with_them < most * COMMON:
            break
    # Only what the index of words finds is asked by the rules, and each row of it alone.
    columns = [SearchEntry.id, *(getattr(SearchEntry, one) for one in ("kind", "record", "organisation", "region"))]
    return await _apart(session, select(*columns).where(matches, *older), limits, size)


async def _among(
    session: AsyncSession, phrases: Sequence[Sequence[str]], few: Few, before: int | None, size: int
) -> Sequence[tuple[str, str, int]]:
    """Those of a few records in which the words stand: each is looked at, whatever the index of words says."""
    own = select(SearchEntry).where(SearchEntry.kind == few.kind, SearchEntry.record.in_(few.ids))
    if before is not None:
        own = own.where(SearchEntry.id < before)
    if session.get_bind().dialect.name != "sqlite":
        return await _apart(session, own, [_matches(_tsquery(phrases, [])), few.rule], size)
    spaced = literal(" ").concat(SearchEntry.tokens).concat(" ")
    words = [" " + " ".join(one).removesuffix("*") + ("" if one[-1].endswith("*") else " ") for one in phrases]
    wanted = own.where(*(func.instr(spaced, one) > 0 for one in words), few.rule).with_only_columns(
        SearchEntry.kind, SearchEntry.record, SearchEntry.id
    )
    # The sum keeps the database from going through all entries in their order.
    found = await session.execute(wanted.order_by((SearchEntry.id + 0).desc()).limit(size))
    return [(kind, record, id) for kind, record, id in found]


async def _apart(
    session: AsyncSession, some: Select[Any], limits: Sequence[Limit], size: int
) -> Sequence[tuple[str, str, int]]:
    """The newest of some entries that keep the limits, on PostgreSQL: those are found first, by an index."""
    await session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = await _newest(session, some.cte("some").prefix_with("MATERIALIZED"), limits, size)
    await session.execute(text("RESET enable_seqscan"))
    return rows


async def _newest(
    session: AsyncSession, some: FromClause, limits: Sequence[Limit], size: int
) -> Sequence[tuple[str, str, int]]:
    one = aliased(SearchEntry, some)
    within = [ClauseAdapter(some).traverse(limit) for limit in limits]
    wanted = select(one.kind, one.record, one.id).where(*within).order_by(one.id.desc()).limit(size)
    return [(kind, record, id) for kind, record, id in await session.execute(wanted)]


def _matches(words: str) -> TextClause:
    return text("tokens @@ CAST(:words AS tsquery)").bindparams(words=words)


def records_with(words: str, kind: str, is_sqlite: bool) -> Select[tuple[str]]:
    """The ids of the newest `MOST` records of a kind in which all the words stand: a filter of their list."""
    phrases, marks = query_phrases(words), [[mark("k", kind)]]
    wanted = select(SearchEntry.record).where(SearchEntry.kind == kind).limit(literal_column(str(MOST)))
    if not phrases:
        return wanted.where(false())
    if is_sqlite:
        own = text("search_words MATCH :words").bindparams(words=_fts5(phrases, marks))
        # By the index's own key it is read backwards, and no further than it must; by the entry's all are sorted first.
        return wanted.join(_WORDS, _WORDS.c.rowid == SearchEntry.id).where(own).order_by(_WORDS.c.rowid.desc())
    # How to find them hangs on how common they are, so the planner must know them: with a place for any words it takes
    # from the sixth time on the way of rare ones, which sorts half a million rows for a common word.
    known: BindParameter[str] = bindparam("words", _tsquery(phrases, marks), literal_execute=True)
    own = text("tokens @@ CAST(:words AS tsquery)").bindparams(known)
    return wanted.where(own).order_by(SearchEntry.id.desc())


def _fts5(phrases: Sequence[Sequence[str]], narrowed: Sequence[Sequence[str]]) -> str:
    parts = []
    for phrase in phrases:
        last = phrase[-1].endswith("*")
        parts.append(f'"{" ".join(phrase).removesuffix("*")}"{" *" if last else ""}')
    parts += ["(" + " OR ".join(f'"{one}"' for one in some) + ")" for some in narrowed]
    return " AND ".join(parts)


def _tsquery(phrases: Sequence[Sequence[str]], narrowed: Sequence[Sequence[str]]) -> str:
    parts = []
    for phrase in phrases:
        words = [f"'{one.removesuffix('*')}'{':*' if one.endswith('*') else ''}" for one in phrase]
        parts.append("(" + " <-> ".join(words) + ")")
    parts += ["(" + " | ".join(f"'{one}'" for one in some) + ")" for some in narrowed]
    return " & ".join(parts)


def mark(sort: str, value: str) -> str:
    """A token that no text has: theirs begin with other letters."""
    return sort + value.encode().hex()


def _parts(found: Findable) -> Iterator[str]:
    """What a record is found by, in as many parts as it needs."""
    tokens = text_tokens(found.text)
    marks = [mark("k", found.kind), mark("o", found.organisation), mark("r", found.region)]
    codes = code_tokens(list(found.codes))
    # A phrase that lies across the border of two parts is in the later one, too.
    for start in range(0, max(len(tokens), 1), PART_TOKENS - 1):
        yield " ".join([*marks, *(codes if start == 0 else ()), *tokens[start : start + PART_TOKENS]])


def _row(found: Findable, part: int, tokens: str) -> dict[str, Any]:
    """A row at some place of its moment."""
    return {
        "id": place_of(found.at) | secrets.randbits(_BITS), "kind": found.kind, "record": found.id, "part": part,
        "organisation": found.organisation, "region": found.region, "tokens": tokens,
    }  # fmt: skip


async def _insert(session: AsyncSession, found: Findable, part: int, tokens: str) -> None:
    """Add a row at a free place of its moment: many records may have one time, as in an import."""
    for _ in range(_TRIES):
        row = _row(found, part, tokens)
        if await session.scalar(insert_or_leave(SearchEntry, "id", returning="id"), row) is not None:
            return
    raise RuntimeError(f"no free place at {found.at.isoformat()} among the texts that are searched")
