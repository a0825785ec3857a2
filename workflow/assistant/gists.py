"""What a citizen said in a talk, in short: title, account, place and category; and how alike such gists are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from cti.base.clock import Clock
from cti.base.times.business_time import ZONE
from workflow.assistant.duplicates.matters import Matters
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer
from workflow.assistant.understanding.reading import best, understand
from workflow.assistant.understanding.said import Line

LEAST_CHARACTERS = 12
"""Of a talk in which the citizen says less nobody can tell what it was about."""
TITLE, ACCOUNT, ADDRESS = 200, 400, 120


@dataclass(frozen=True, slots=True)
class Gist:
    """`category` is the likeliest one's id, if any; `place` the code of a division."""

    title: str
    account: str
    address: str
    place: str
    category: str


class Gists:
    """The service, by rules and the models in use; nothing is sent anywhere."""

    def __init__(self, filing: Filing, gazetteer: Gazetteer, clock: Clock) -> None:
        self._filing, self._gazetteer, self._clock = filing, gazetteer, clock

    async def of(self, said: str) -> Gist | None:
        """Of all that the citizen said, a line each; None where it tells of no matter."""
        if sum(one.isalnum() for one in said) < LEAST_CHARACTERS:
            return None
        lines = [Line("caller", one) for one in said.splitlines() if one.strip()]
        now = self._clock.wall().astimezone(ZONE)
        found = best(await asyncio.to_thread(understand, lines, now, self._gazetteer.places))
        values = {field: one.value for field, one in found.items()}
        if not (values.get("title") and values.get("content")):
            return None
        await self._filing.refresh()
        ranked = self._filing.categories(f"{values['title']}\n{said}")
        return Gist(
            title=values["title"][:TITLE], account=values["content"][:ACCOUNT],
            address=values.get("address", "")[:ADDRESS], place=values.get("place", ""),
            category=ranked[0].name if ranked else "",
        )  # fmt: skip

    def matters(self) -> Matters:
        """An empty memory of gists that tells which are alike."""
        return Matters(lambda: self._gazetteer.places)
