import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import MetaData, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.refusal import Conflict
from cti.store.edits import KEPT, Versioned, edit, edits_of, locked
from cti.store.models import EditRow

NOON = datetime(2026, 5, 6, 4, tzinfo=UTC)


class Own(DeclarativeBase):
    """Tables of this test alone."""

    metadata = MetaData()


class Tree(Versioned, Own):
    __tablename__ = "trees"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), doc="树种")
    note: Mapped[str] = mapped_column(String(40), default="")


@dataclass(frozen=True)
class Somebody:
    person: str
    name: str


WANG, LI = Somebody("01WANG", "王芳"), Somebody("01LI", "李强")


@pytest.fixture
async def trees(store):
    """One tree, at its first version."""
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    async with store.writing() as session:
        session.add(Tree(id="oak", kind="橡树"))
    return store


async def change(store, version, by=WANG, **values):
    async with store.writing() as session:
        row = await locked(session, Tree, "oak")
        return await edit(session, row, version, values, by, NOON)


async def now(store):
    async with store.reading() as session:
        row = (await session.scalars(select(Tree))).one()
        return row.version, row.kind, row.note


async def test_an_edit_counts_the_version_and_says_what_changed(trees):
    assert await now(trees) == (1, "橡树", "")
    assert await change(trees, 1, kind="栎树", note="") == ("kind",)
    assert await now(trees) == (2, "栎树", "")
    assert await change(trees, 2, kind="栎树") == ()
    assert await now(trees) == (2, "栎树", "")


async def test_the_second_of_two_hears_who_changed_what_and_when_and_nothing_is_lost(trees):
    await change(trees, 1, by=WANG, kind="栎树", note="高")
    await change(trees, 2, by=LI, note="很高")
    with pytest.raises(Conflict) as caught:
        await change(trees, 1, by=LI, kind="松树")
    refusal = caught.value
    assert refusal.code == "changed"
    assert "王芳于05月06日 12:00修改了树种、note" in refusal.detail and "李强" in refusal.detail
    assert refusal.more["version"] == 3
    assert [(one["version"], one["by"], one["fields"]) for one in refusal.more["changes"]] == [
        (2, "王芳", ["kind", "note"]),
        (3, "李强", ["note"]),
    ]
    assert await now(trees) == (3, "栎树", "很高")


async def test_of_many_at_the_same_moment_exactly_one_wins(trees):
    done = await asyncio.gather(*(change(trees, 1, note=str(n)) for n in range(10)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 9 + ["tuple"]
    winner = next(n for n, one in enumerate(done) if one == ("note",))
    assert await now(trees) == (2, "橡树", str(winner))


async def test_a_version_from_the_future_is_a_conflict_too(trees):
    with pytest.raises(Conflict, match="已被他人修改"):
        await change(trees, 7, note="x")


async def test_only_the_last_changes_are_known(trees):
    async with trees.writing() as session:
        row = await locked(session, Tree, "oak")
        for number in range(1, KEPT + 6):
            await edit(session, row, number, {"note": str(number)}, WANG, NOON)
    async with trees.reading() as session:
        row = await session.get(Tree, "oak")
        assert [one.version for one in await edits_of(session, row)] == list(range(7, KEPT + 7))
        assert len((await session.scalars(select(EditRow))).all()) == KEPT


async def test_a_row_that_is_gone_is_none(trees):
    async with trees.writing() as session:
        assert await locked(session, Tree, "fir") is None
