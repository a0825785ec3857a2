"""What happens in the middle of a search, or while somebody edits, is neither shown wrong nor lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.workflow.knowledge.finding.finder import Finder, titles
from tests.workflow.knowledge.knowledge_town import EAST, EAST_REVIEWER, EDITOR, WEST
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.grants import GrantFields


class Meanwhile(Keeper):
    """A keeper's answers, between which and the tables something happens."""

    def __init__(self, keeper: Keeper, happens: Callable[[], Awaitable[object]]) -> None:
        self._keeper, self._happens = keeper, happens

    @property
    def state(self) -> Any:
        return self._keeper.state

    async def ask(self, what: Any) -> Any:
        found = await self._keeper.ask(what)
        await self._happens()
        return found


async def test_sharing_that_is_paused_in_the_middle_of_a_search(finder: Finder) -> None:
    made = await finder.publish(EAST, EAST_REVIEWER, title="东县落户政策", audience="inside")
    grant = await finder.grants.create(EAST, GrantFields(article=made.id, whom="region:320411"))
    await finder.told(made.id)
    assert titles(await finder.find(WEST, "落户")) == ["东县落户政策"]
    finder.finding.keeper = Meanwhile(finder.keeper, lambda: finder.grants.pause(EAST, grant.id, True))
    assert titles(await finder.find(WEST, "落户")) == []
    finder.finding.keeper = finder.keeper
    assert (await finder.find(WEST, "落户")).total == 0
    await finder.grants.pause(EAST, grant.id, False)
    assert titles(await finder.find(WEST, "落户")) == ["东县落户政策"], "without the index hearing anything"


async def test_a_category_that_moves_while_an_article_of_it_is_edited(finder: Finder) -> None:
    above = await finder.categories.create(EDITOR, finder.categories.fields(name="民生"))
    made = await finder.publish(title="公积金提取")
    await finder.told(made.id)
    await finder.articles_of.moved()
    await finder.act(EDITOR, made.id, "change")
    here = await finder.categories.get(EDITOR, finder.category)
    await finder.categories.edit(
        EDITOR, here.id, here.version, finder.categories.fields(name=here.name, parent=above.id)
    )
    await finder.edit(EDITOR, made.id, summary="改过的摘要")
    moved = await finder.articles_of.moved([here.id])
    assert moved == [made.id]
    assert await finder.articles_of.moved([here.id]) == [], "its name may change without all being put anew"
    await finder.told(*moved)
    found = await finder.find(EDITOR, "公积金", category=above.id)
    assert titles(found) == ["公积金提取"]
    assert found.items[0].category.startswith("民生")
    assert (await finder.articles.get(EDITOR, made.id)).summary == "改过的摘要"


async def test_withdrawn_while_it_is_searched(finder: Finder) -> None:
    made = await finder.publish(title="公积金提取")
    await finder.told(made.id)
    done = asyncio.Event()

    async def withdraw() -> None:
        if not done.is_set():
            done.set()
            await finder.act(EDITOR, made.id, "withdraw", reason="停办")

    finder.finding.keeper = Meanwhile(finder.keeper, withdraw)
    assert titles(await finder.find(EDITOR, "公积金")) == []
