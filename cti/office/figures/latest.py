"""The last rows of a figure, as some of their facts say them: for whoever may see no more of a row than these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cti.base.visitor import Visitor
from cti.office.figures.counting import Counting
from cti.office.figures.facts import Fact
from cti.office.figures.groups import Asked
from cti.office.figures.periods import Period

if TYPE_CHECKING:
    from cti.office.figures.service import Figures


@dataclass(frozen=True, slots=True)
class LatestRow:
    """When a row counted, and the words of the facts that were asked for."""

    at: datetime
    words: tuple[str, ...]


def said(value: Any, fact: Fact, words: Mapping[str, str]) -> Any:
    """A fact's value in words."""
    if isinstance(value, bool):
        return words["true" if value else "false"]
    return words.get(value, value) if isinstance(value, str) else value


async def latest(
    figures: Figures,
    visitor: Visitor,
    name: str,
    period: Period,
    facts: Sequence[str],
    where: Mapping[tuple[str, ...], str],
    most: int,
) -> list[LatestRow]:
    """The last rows of a figure's numerator; a fact that its source has not is empty.

    `where` has values by the names that one thing has in several sources: the first that this one has is looked at.
    """
    figure = figures.file(visitor, name).head
    source, store = figures.source(figure), figures.store
    counting = Counting(figures.recipes.of(figure, source), visitor)
    there = {one: source.splits[one] for one in facts if one in source.splits}
    known = {next((one for one in names if one in source.splits), ""): value for names, value in where.items()}
    asked = Asked((period,), where={fact: value for fact, value in known.items() if fact})
    moment = counting.moment("numerator")
    columns: list[Any] = [moment.label("at"), *(fact.value.label(f"f_{one}") for one, fact in there.items())]
    wanted = counting.rows("numerator", asked, columns).order_by(moment.desc(), source.id.desc()).limit(most)
    async with store.reading() as session:
        rows = (await session.execute(wanted)).mappings().all()
        words = {
            one: await figures.words(session, visitor, fact, {str(row[f"f_{one}"] or "") for row in rows})
            for one, fact in there.items()
        }

    def word(row: Any, one: str) -> str:
        return str(said(row[f"f_{one}"], there[one], words[one]) or "") if one in there else ""

    return [LatestRow(row["at"], tuple(word(row, one) for one in facts)) for row in rows]
