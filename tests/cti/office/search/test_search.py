"""Search on each database: what is found, in what order, by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from cti.base.scope import EVERYTHING, Scope
from cti.office.search.service import PART_TOKENS, Findable, Hit, find, forget, keep, keep_fresh, records_with
from cti.office.search.tokens import query_phrases
from cti.store.engine import Store

START = datetime(2026, 1, 1, tzinfo=UTC)


def ticket(
    number: int, text: str, *, region: str = "320400", organisation: str = "city", kind: str = "ticket"
) -> Findable:
    return Findable(
        kind, f"t{number}", START + timedelta(minutes=number), organisation, region, text, (f"SZ{number:08}",)
    )


async def kept(store: Store, *found: Findable) -> None:
    async with store.writing() as session:
        for one in found:
            await keep(session, one)


async def test_many_that_come_at_once_are_found_each(store: Store) -> None:
    at_once = [replace(ticket(1, f"延陵路{number}号"), id=f"t{number}") for number in range(300)]
    async with store.writing() as session:
        await keep_fresh(session, at_once[:200])
        await keep_fresh(session, [*at_once[200:], ticket(900, "路" * (PART_TOKENS + 5))])
        await keep_fresh(session, [])
    assert sorted(await ids(store, "延陵路", size=400)) == sorted(one.id for one in at_once)
    assert await ids(store, "路路") == ["t900"]


async def ids(
    store: Store, words: str, scope: Scope = EVERYTHING, kinds: tuple[str, ...] = ("ticket",), size: int = 20
) -> list[str]:
    async with store.reading() as session:
        return [hit.id for hit in await find(session, words, scope, kinds=kinds, size=size)]


async def test_all_words_must_stand_in_a_text_and_the_newest_comes_first(store: Store) -> None:
    await kept(store, ticket(1, "延陵路积水"), ticket(3, "延陵路路灯不亮"), ticket(2, "广化街路灯不亮"))
    assert await ids(store, "路灯") == ["t3", "t2"]
    assert await ids(store, "延陵路 路灯") == ["t3"]
    assert await ids(store, "灯") == ["t3", "t2"]
    assert await ids(store, "水路") == []
    assert await ids(store, "SZ00000002") == ["t2"]
    assert await ids(store, "'\" OR * : - (") == []


async def test_a_changed_text_is_found_as_it_is_now_and_a_forgotten_one_never(store: Store) -> None:
    await kept(store, ticket(1, "路灯不亮"))
    await kept(store, ticket(1, "井盖缺失"))
    assert await ids(store, "路灯") == []
    assert await ids(store, "井盖") == ["t1"]
    async with store.writing() as session:
        await forget(session, "ticket", ["t1"])
    assert await ids(store, "井盖") == []


async def test_what_lies_beyond_a_visitors_reach_is_not_found(store: Store) -> None:
    await kept(
        store,
        ticket(1, "路灯", region="320411", organisation="north"),
        ticket(2, "路灯", region="320412", organisation="south"),
        ticket(3, "路灯", kind="article"),
    )
    assert await ids(store, "路灯", Scope(regions=frozenset({"320411"}))) == ["t1"]
    assert await ids(store, "路灯", Scope(organisations=frozenset({"south"}))) == ["t2"]
    assert await ids(store, "路灯", Scope(regions=frozenset())) == []
    assert await ids(store, "路灯", EVERYTHING, ("article",)) == ["t3"]
    assert await ids(store, "路灯", EVERYTHING, ()) == []
    # The marks by which the index knows regions and kinds are no words.
    assert await ids(store, "r333230343131") == []


async def test_pages_follow_one_another_without_gaps(store: Store) -> None:
    await kept(store, *(ticket(number, "占道经营") for number in range(25)))
    seen: list[str] = []
    before = None
    async with store.reading() as session:
        while page := await find(session, "占道", EVERYTHING, kinds=["ticket"], before=before, size=10):
            seen += [hit.id for hit in page]
            before = page[-1].place
    assert seen == [f"t{number}" for number in range(24, -1, -1)]


async def test_many_records_of_one_moment_are_all_found(store: Store) -> None:
    await kept(
        store, *(Findable("ticket", f"t{number}", START, "city", "320400", "旧系统导入") for number in range(300))
    )
    assert len(await ids(store, "导入", size=500)) == 300


async def test_a_long_text_is_found_by_its_end_and_once(store: Store) -> None:
    filler = "春夏秋冬" * (PART_TOKENS // 4)
    await kept(store, ticket(1, f"开头{filler}中间{filler}末尾"))
    for words in ("开头", "中间", "末尾", "冬春", "SZ00000001"):
        assert await ids(store, words) == ["t1"], words


async def test_a_transaction_that_fails_leaves_nothing_to_find(store: Store) -> None:
    try:
        async with store.writing() as session:
            await keep(session, ticket(1, "路灯"))
            raise RuntimeError("power cut")
    except RuntimeError:
        pass
    assert await ids(store, "路灯") == []


async def test_a_hit_says_where_the_next_page_begins(store: Store) -> None:
    await kept(store, ticket(1, "路灯"))
    async with store.reading() as session:
        (hit,) = await find(session, "路灯", EVERYTHING, kinds=["ticket"])
        assert isinstance(hit, Hit)
        assert await find(session, "路灯", EVERYTHING, kinds=["ticket"], before=hit.place) == []


async def test_records_with_common_words_are_not_sorted_before_the_newest_are_taken(sqlite_store: Store) -> None:
    """A list found by a word of most of a million records took two seconds on SQLite."""
    await kept(sqlite_store, *(ticket(number, "停水") for number in range(5)))
    wanted = records_with("停水", "ticket", is_sqlite=True)
    async with sqlite_store.reading() as session:
        found = list(await session.scalars(wanted))
        written = str(wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = (await session.execute(text("EXPLAIN QUERY PLAN " + written.replace(":", r"\:")))).all()
    assert found == ["t4", "t3", "t2", "t1", "t0"]
    assert "TEMP B-TREE" not in str(plan)


async def test_postgresql_is_told_the_words_of_a_list_each_time_so_that_it_knows_how_common_they_are() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy has no type for it
    wanted = records_with("停水", "ticket", is_sqlite=False)
    compiled = wanted.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    (phrase,) = query_phrases("停水")
    assert all(one in str(compiled) for one in phrase)
    assert "LIMIT 10000" in str(compiled)


async def test_records_are_found_however_often_they_are_asked_for(store: Store) -> None:
    await kept(store, ticket(1, "停水了"), ticket(2, "停电了"), ticket(3, "又停水"))
    async with store.reading() as session:
        for _ in range(8):
            found = await session.scalars(records_with("停水", "ticket", store.is_sqlite))
            assert found.all() == ["t3", "t1"]
