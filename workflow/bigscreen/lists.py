"""What walls list of other modules: sudden rises and words that come up, and whom one can call from a wall."""

from __future__ import annotations

from collections.abc import Callable

from cti.base.visitor import Visitor
from workflow.bigscreen.description import Tile
from workflow.bigscreen.walls import Lister, WallLine, Walls
from workflow.contacts.service import Contacts
from workflow.trends.rises import Rises
from workflow.trends.rules import SEE as TRENDS
from workflow.trends.said import Said
from workflow.trends.views import RiseQuery, WordQuery

MANY = 5
"""A word that fewer tickets have than this stands on no wall: it may be a name."""


def rises_on(walls: Walls) -> Callable[[Rises], Callable[[], None]]:
    """Sudden rises of categories. Those of matters have a citizen's words as their title, and stand on no wall."""

    def take(rises: Rises) -> Callable[[], None]:
        async def lines(visitor: Visitor, tile: Tile) -> list[WallLine]:
            found = await rises.find(visitor, RiseQuery(kind="category", size=tile.most))
            return [
                WallLine(
                    title=one.title.rsplit("/", maxsplit=1)[-1], at=one.began_at, count=one.count,
                    note=f"平时 {one.usual:.0f} 件" + ("" if one.ended_at is None else "，已回落"),
                )
                for one in found.rows
            ]  # fmt: skip

        return walls.offer("rises", Lister(TRENDS, lines))

    return take


def words_on(walls: Walls) -> Callable[[Said], Callable[[], None]]:
    """Words of the last seven days' tickets that come up."""

    def take(said: Said) -> Callable[[], None]:
        async def lines(visitor: Visitor, tile: Tile) -> list[WallLine]:
            found = await said.words(visitor, WordQuery(size=100))
            return [
                WallLine(title=one.word, count=one.count, note=f"上期 {one.expected:.0f}")
                for one in found.items
                if one.count >= MANY
            ][: tile.most]

        return walls.offer("words", Lister(TRENDS, lines))

    return take


def contacts_on(walls: Walls) -> Callable[[Contacts], Callable[[], None]]:
    """Whom one can call: the first of our own book, in its order, by name and without a number; never by a link."""

    def take(contacts: Contacts) -> Callable[[], None]:
        async def lines(visitor: Visitor, tile: Tile) -> list[WallLine]:
            found = await contacts.find(visitor, contacts.query(book="internal", size=100, sort="place"))
            return [WallLine(title=one.name, id=one.id) for one in found.items if one.phone or one.phones][: tile.most]

        return walls.offer("contacts", Lister(contacts.see, lines, by_link=False))

    return take
