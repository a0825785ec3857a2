"""Where a request belongs: categories and departments in order, by the models in use, else by the categories' names."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from sqlalchemy import select

from cti.base.clock import Clock
from cti.office.identity.directory import load_organisations
from cti.store.engine import Store
from workflow.assistant.learning.cold import ByName
from workflow.assistant.learning.linear import Linear, NotAModel, Ranked, read_model
from workflow.assistant.learning.reasons import words_for
from workflow.assistant.models import ModelRow
from workflow.assistant.views import PURPOSES
from workflow.tickets.texts import TicketTexts

log = structlog.get_logger(__name__)

FOLDER = Path("assistant", "models")
FRESH_SECONDS = 30.0
"""After so long it is asked whether another model is in use, or another category there."""
FIVE = 5


class Filing:
    """Has the models in use in memory, and reads them when others are. Their files lie in the state directory."""

    def __init__(self, store: Store, clock: Clock, texts: TicketTexts, data: Path) -> None:
        self._store, self._clock, self._texts = store, clock, texts
        self.folder = data / FOLDER
        self._models: dict[str, tuple[str, Linear]] = {}
        self._by_name = ByName({}, {})
        self._paths: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self._until = 0.0
        self._turn = asyncio.Lock()
        self.told: Callable[[str], object] = lambda trouble: None
        """Hears which file of a model in use cannot be read, and why; nothing while all can."""

    async def refresh(self, *, now: bool = False) -> None:
        """Take what is in use, unless that was looked at a moment ago."""
        async with self._turn:
            if self._clock.now() < self._until and not now:
                return
            paths = dict(await self._texts.categories())
            if paths != self._paths:
                self._paths, self._by_name = paths, ByName(paths, await self._texts.grounds())
            wanted = select(ModelRow.purpose, ModelRow.id, ModelRow.digest).where(
                ModelRow.state == "in_use", ModelRow.removed_at.is_(None)
            )
            async with self._store.reading() as session:
                rows = {purpose: (id, digest) for purpose, id, digest in (await session.execute(wanted)).tuples()}
                self._units = {
                    name: one.title for name, one in (await load_organisations(session)).items() if not one.closed
                }
            self.told("；".join([trouble for one in PURPOSES if (trouble := await self._take(one, rows.get(one)))]))
            self._until = self._clock.now() + FRESH_SECONDS

    async def _take(self, purpose: str, row: tuple[str, str] | None) -> str:
        if row is None:
            self._models.pop(purpose, None)
        elif purpose not in self._models or self._models[purpose][0] != row[0]:
            try:
                self._models[purpose] = row[0], await asyncio.to_thread(_read, self.path(row[0]), row[1])
            except (NotAModel, OSError) as error:
                # Better no proposal than none of the others: it is told, and tried again.
                self._models.pop(purpose, None)
                log.warning("model not read", purpose=purpose, model=row[0], reason=str(error))
                return str(error)
        return ""

    def path(self, id: str) -> Path:
        """The file of a model."""
        return self.folder / f"{id}.npz"

    def has(self, purpose: str) -> bool:
        """Whether a model answers for it."""
        return purpose in self._models

    def categories(self, text: str) -> list[Ranked]:
        """The five likeliest categories that there are, by id."""
        if "category" not in self._models:
            return self._by_name.rank(text, FIVE)
        ranked = self._models["category"][1].rank(text, 3 * FIVE)
        return [one for one in ranked if one.name in self._paths][:FIVE]

    def departments(self, text: str) -> list[Ranked]:
        """The five likeliest that still work; none before there is a model."""
        if "department" not in self._models:
            return []
        ranked = self._models["department"][1].rank(text, 3 * FIVE)
        return [one for one in ranked if one.name in self._units][:FIVE]

    def reasons(self, text: str, ranked: Sequence[Ranked]) -> list[str]:
        """The words of a text that speak for the first of the departments, against the second."""
        if "department" not in self._models or not ranked:
            return []
        other = ranked[1].name if len(ranked) > 1 else ""
        return words_for(self._models["department"][1], text, ranked[0].name, other)

    def unknown(self, purpose: str, texts: Sequence[str]) -> list[float] | None:
        """Of each text the share that the model in use has not learned of; None without a model."""
        model = self._models.get(purpose)
        return [model[1].known.unknown(text) for text in texts] if model is not None else None

    def path_of(self, category: str) -> str:
        """The path of a category."""
        return self._paths.get(category, category)

    def title_of(self, unit: str) -> str:
        """The title of a department."""
        return self._units.get(unit, unit)


def _read(path: Path, digest: str) -> Linear:
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise NotAModel(f"{path.name}: it is not the file that was made")
    return read_model(path)
