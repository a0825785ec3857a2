"""Tiles: what a module puts on people's home pages, on dashboards and on the live board. `TILES` of its `screens.py`.

Every number and bar leads to its list: see `Link` and `Count`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pydantic

from cti.office.screens.description import Chart, Column, Empty, Figure, Link, Part, Tone


class Count(Part):
    """How many rows the list of a screen has for whoever looks, which a click opens.

    `query` are the list's filters; without it those that the menu counts, or all. `title` is the screen's without it.
    Whoever may not see the screen has no such count.
    """

    screen: str
    title: str = ""
    query: Mapping[str, str] = {}
    tone: Tone | None = None


class Tile(Part):
    """A tile, for those who have the permission; one has either `counts`, `figures`, `columns`, a `chart` or a
    `component` of the plugin's own, which asks for what it shows.

    `counts` are asked for at once and are exactly what the lists have. `figures` and `chart` name their own sources.
    `columns` are rows of the `items` that `source` answers to `query`: the first `rows` of them; a click opens the page
    `opens`, with keys of the row in braces, and `link` is the list of which they are the first.

    `live` is a topic whose changes say that the tile may be another now; it is asked for each `every` seconds, too.
    `width` is in quarters of the page. Whoever has not arranged his home page has all tiles there that are at `home`.
    One for the `agent` is about his own calls; one on the `board` stands on the live board, too.
    """

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,69}$")
    title: str
    order: int = 50
    permission: str
    counts: tuple[Count, ...] = ()
    figures: tuple[Figure, ...] = ()
    columns: tuple[Column, ...] = ()
    chart: Chart | None = None
    component: str = ""
    source: str = ""
    query: Mapping[str, str] = {}
    rows: int = pydantic.Field(default=6, ge=1, le=20)
    opens: str | None = None
    link: Link | None = None
    empty: Empty = Empty(title="没有记录")
    live: str | None = None
    every: int = pydantic.Field(default=60, ge=5)
    width: Literal[1, 2, 3, 4] = 2
    home: bool = True
    agent: bool = False
    board: bool = False

    @pydantic.model_validator(mode="after")
    def _is_one(self) -> Tile:
        if sum(map(bool, (self.counts, self.figures, self.columns, self.chart, self.component))) != 1:
            raise ValueError(f"tile {self.name}: has either counts, figures, columns, a chart or a component")
        if bool(self.columns) != bool(self.source):
            raise ValueError(f"tile {self.name}: a source belongs to its columns")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """All paths that it asks for."""
        whole = (self.source,) if self.source else ()
        return (*whole, *(one.source for one in self.figures), *((self.chart.source,) if self.chart else ()))
