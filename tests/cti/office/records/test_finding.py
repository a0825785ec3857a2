"""Records found by their words: in the transaction of their change, by who may read them, with passages."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict
from cti.base.scope import Scope
from cti.base.visitor import Visitor, system
from cti.office.records import Office
from cti.office.records.finding import SearchQuery, catch_up, found_in
from cti.office.search import service as search
from cti.office.sharing.service import share
from cti.store.engine import Store
from tests.cti.office.sharing.test_whose import RIGHTS, Own, PaperFields, PaperRow, Papers
from tests.office import office_on

BOSS = system("test")


class ReadPapers(Papers):
    searched = ("title",)


class Notices(ReadPapers):
    kind = "notice"
    title = "通知"
    see = "notices.see"


@pytest.fixture
async def office(store: Store) -> Office:
    made = await office_on(store)
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    return made


def of(place: str, region: str, *rights: str) -> Visitor:
    scope = Scope(organisations=frozenset({place}))
    return Visitor(
        f"p-{place}", place, place, None, place, region, permissions=frozenset(rights or RIGHTS), scope=scope
    )


EAST, WEST = of("east", "320404"), of("west", "320411")


async def found(office: Office, visitor: Visitor, words: str, **more: object) -> list[str]:
    answer = await found_in(office, visitor, SearchQuery.model_validate({"words": words, **more}))
    return [one.title for one in answer.items]


async def test_a_record_is_found_as_it_is_now(office: Office) -> None:
    papers = ReadPapers(office)
    made = await papers.create(BOSS, PaperFields(title="延陵路路灯不亮"))
    assert await found(office, BOSS, "路灯") == ["延陵路路灯不亮"]
    await papers.edit(BOSS, made.id, 1, PaperFields(title="延陵路井盖缺失"))
    assert await found(office, BOSS, "路灯") == [] and await found(office, BOSS, "井盖") == ["延陵路井盖缺失"]
    await papers.remove(BOSS, made.id)
    assert await found(office, BOSS, "井盖") == []
    await papers.restore(BOSS, made.id)
    assert await found(office, BOSS, "井盖") == ["延陵路井盖缺失"]

    async def late(session: object, row: object, *, fresh: bool = False) -> None:
        raise Conflict("late", "不行")

    papers.indexed = late  # type: ignore[method-assign, assignment]
    with pytest.raises(Conflict):
        await papers.create(BOSS, PaperFields(title="井盖"))
    assert len(await found(office, BOSS, "井盖")) == 1


async def test_nobody_finds_what_he_may_not_read(office: Office) -> None:
    papers = ReadPapers(office)
    notices = Notices(office)
    east = await papers.create(EAST, PaperFields(title="东县路灯"))
    await papers.create(WEST, PaperFields(title="西县路灯"))
    await notices.create(BOSS, PaperFields(title="市里路灯通知"))
    assert sorted(await found(office, BOSS, "路灯")) == ["东县路灯", "市里路灯通知", "西县路灯"]
    assert await found(office, EAST, "路灯") == ["东县路灯"]
    answer = await found_in(office, EAST, SearchQuery(words="路灯"))
    assert [one.value for one in answer.kinds] == ["paper"], "kinds that he may not see are not named"
    assert await found(office, BOSS, "路灯", kind="notice") == ["市里路灯通知"]
    assert await found(office, EAST, "路灯", kind="notice") == []
    async with papers.changing() as session:
        at = office.clock.wall()
        await share(session, "paper", east.id, "organisation", "west", writes=False, by=BOSS, at=at)
    assert sorted(await found(office, WEST, "路灯")) == ["东县路灯", "西县路灯"]
    own = Visitor("p9", "p9", "p9", "1", "east", "320404", permissions=frozenset(RIGHTS),
                  scope=Scope(organisations=frozenset({"east"}), agent="1"))  # fmt: skip
    assert await found(office, own, "路灯") == [], "who reaches his own only finds no others'"


async def test_pages_go_on_and_common_words_hide_nothing(office: Office) -> None:
    papers = ReadPapers(office)
    for number in range(12):
        await papers.create(EAST if number % 3 == 0 else WEST, PaperFields(title=f"路灯{number}"))
    first = await found_in(office, EAST, SearchQuery(words="路灯", size=3))
    second = await found_in(office, EAST, SearchQuery(words="路灯", size=3, before=first.next))
    titles = sorted(one.title for one in (*first.items, *second.items))
    assert titles == ["路灯0", "路灯3", "路灯6", "路灯9"] and len(first.items) == 3
    assert second.next is None


async def test_what_was_stored_before_is_found_after_a_start(office: Office) -> None:
    papers = ReadPapers(office)
    made = [await papers.create(BOSS, PaperFields(title=f"路灯{number}")) for number in range(60)]
    async with office.store.writing() as session:
        await search.forget(session, "paper", [one.id for one in made[:55]])
    await catch_up(office)
    assert len(await found(office, BOSS, "路灯", size=50)) == 50
    assert await found(office, BOSS, "路灯0") == ["路灯0"]


@pytest.mark.parametrize("many", [0, 1_000], ids=["many shared", "few shared"])
async def test_the_newest_of_what_one_may_read_is_found_whichever_way(
    store: Store, office: Office, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Common words, rare ones and both, by scope and by shares, on pages of some: as a plain look says."""
    monkeypatch.setattr("cti.office.sharing.service.MANY", many)
    monkeypatch.setattr("cti.office.search.service.NEWEST", (4, 12))
    papers, dice = ReadPapers(office), random.Random(5)
    made: list[tuple[str, str, bool]] = []
    for number in range(40):
        office.clock.advance(1)  # type: ignore[attr-defined] # virtual
        title = f"路灯{number}" + ("井盖" if dice.random() < 0.1 else "")
        owner = dice.choice([EAST, WEST])
        found_id = (await papers.create(owner, PaperFields(title=title))).id
        is_shared = owner is WEST and dice.random() < 0.4
        if is_shared:
            async with papers.changing() as session:
                at = office.clock.wall()
                await share(session, "paper", found_id, "organisation", "east", writes=False, by=BOSS, at=at)
        made.append((title, owner.organisation, is_shared))
    few = of("north", "320402")
    async with papers.changing() as session:
        for row in (await session.scalars(select(PaperRow).where(PaperRow.title.like("路灯1%")))).all():
            await share(session, "paper", row.id, "person", few.person, writes=False, by=BOSS, at=office.clock.wall())
    readers: list[tuple[Visitor, Callable[[str, str, bool], bool]]] = [
        (BOSS, lambda _, __, ___: True),
        (EAST, lambda _, organisation, shared: organisation == "east" or shared),
        (few, lambda title, _, __: title.startswith("路灯1")),
    ]
    for words in ("路灯", "井盖", "路灯 井盖", "路灯1"):
        for visitor, reads in readers:
            wanted = [one[0] for one in reversed(made) if reads(*one) and all(word in one[0] for word in words.split())]
            pages: list[str] = []
            before: int | None = None
            while True:
                answer = await found_in(office, visitor, SearchQuery(words=words, size=3, before=before))
                pages += [one.title for one in answer.items]
                if (before := answer.next) is None:
                    break
            assert pages == wanted, (words, visitor.login)
