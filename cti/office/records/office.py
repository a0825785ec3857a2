"""What services of records stand on: the store, the clock, the audit, and each other by the kind of their records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from cti.base.clock import Clock
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.lookups import Lookups
from cti.office.timeline.sources import Timelines
from cti.store.engine import Store

if TYPE_CHECKING:
    from cti.office.records.service import Records

T = TypeVar("T")


class Countable(Protocol):
    """A list whose rows can be counted: with the filters of its `query`, no further than `most`."""

    query: type[Any]

    async def count(self, visitor: Visitor, query: Any, most: int) -> int:
        """How many there are for the visitor."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """What services of records stand on. Rows made by the house itself belong to `organisation` in `region`."""

    store: Store
    clock: Clock
    audit: Audit
    organisation: str
    region: str
    lookups: Lookups
    timelines: Timelines = field(default_factory=Timelines)
    services: dict[str, Records[Any, Any, Any, Any]] = field(default_factory=dict)
    """Those that run, by the kind of their records."""
    counted: dict[str, Countable] = field(default_factory=dict)
    """Lists of other things that can be counted like records, by the kind that they name as `records`."""
    bulky: dict[str, Any] = field(default_factory=dict)
    """What else takes acts with many of its rows, by its kind: it answers what `cti.office.bulk` asks of a service."""
    foundations: dict[type, Any] = field(default_factory=dict)

    def countable(self, kind: str) -> Countable | None:
        """What counts the rows of lists of a kind; None when nobody does."""
        return self.services.get(kind) or self.counted.get(kind)

    def need(self, kind: type[T]) -> T:
        """What parts of records stand on, such as the service of files; LookupError when the house has none."""
        found = self.foundations.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"nobody offers {kind.__module__}.{kind.__qualname__}")
        return found
