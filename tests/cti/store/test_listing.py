import pytest
from sqlalchemy import Index, String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.refusal import Invalid
from cti.store import listing
from cti.store.listing import listed, starts_with


class Own(DeclarativeBase):
    """Tables of this test alone."""


class Tree(Own):
    __tablename__ = "trees"
    __table_args__ = (Index("ix_trees_name", "name", postgresql_ops={"name": "text_pattern_ops"}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


NAMES = ["王芳", "王小明", "王小", "汪洋", "Oak", "oak", "o_k", "o%k", "\U0002a6a5木", ""]


@pytest.fixture
async def trees(store):
    """Trees of these names."""
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    async with store.writing() as session:
        session.add_all(Tree(id=number, name=name) for number, name in enumerate(NAMES, 1))
    return store


async def page(store, limits=(), page=1, size=3):
    async with store.reading() as session:
        found = await listed(session, Tree, limits, [Tree.id], page, size)
        return [tree.id for tree in found.rows], found.total, found.more


async def test_pages_and_totals(trees, monkeypatch):
    assert await page(trees) == ([1, 2, 3], 10, False)
    assert await page(trees, page=4) == ([10], 10, False)
    assert await page(trees, page=5) == ([], 10, False)
    assert await page(trees, size=50) == (list(range(1, 11)), 10, False)
    assert await page(trees, [Tree.id > 99]) == ([], 0, False)
    monkeypatch.setattr(listing, "STEP", 5)
    assert await page(trees) == ([1, 2, 3], 5, True), "counted no further"
    assert await page(trees, page=2) == ([4, 5, 6], 10, False), "there are not more"
    assert await page(trees, page=1, size=5) == ([1, 2, 3, 4, 5], 10, False), "the next page is known of"
    monkeypatch.setattr(listing, "MOST", 6)
    assert await page(trees, page=2) == ([4, 5, 6], 6, True)
    with pytest.raises(Invalid, match="缩小"):
        await page(trees, page=3)


async def test_with_the_key_the_page_is_the_same(trees):
    async def by_key(page):
        async with trees.reading() as session:
            order = [Tree.name.desc(), Tree.id]
            found = [await listed(session, Tree, [Tree.id > 2], order, page, 3, *key) for key in ((), (Tree.id,))]
            return [([tree.id for tree in one.rows], one.total, one.more) for one in found]

    for page in (1, 2, 3):
        whole, late = await by_key(page)
        assert whole == late


@pytest.mark.parametrize(
    ("beginning", "found"),
    [
        ("王", ["王芳", "王小明", "王小"]),
        ("王小", ["王小明", "王小"]),
        ("oak", ["oak"]),
        ("o", ["oak", "o_k", "o%k"]),
        ("o_", ["o_k"]),
        ("o%", ["o%k"]),
        ("\U0002a6a5", ["\U0002a6a5木"]),
        ("李", []),
        ("", NAMES),
    ],
)
async def test_beginnings_are_found_exactly_whatever_the_text_has_in_it(trees, beginning, found):
    ids, *_ = await page(trees, [starts_with(Tree.name, beginning)], size=50)
    assert [NAMES[id - 1] for id in ids] == found


async def test_beginnings_are_found_by_the_index(trees):
    async with trees.engine.connect() as connection:
        if not trees.is_sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
        wanted = select(Tree.id).where(starts_with(Tree.name, "王"))
        written = str(wanted.compile(trees.engine.sync_engine, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN " if trees.is_sqlite else "EXPLAIN "
        plan = (await connection.exec_driver_sql(explain + written)).all()
    assert "ix_trees_name" in str(plan)
