"""What recordings are looked for by, and the conditions that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists

from cti.base.scope import Scope
from cti.store.calls import QUALITY
from cti.store.models import CallName, RecordingRow


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """What to look for; None and empty mean no limit. Times limit the beginning, the last one exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    agent: str = ""
    kind: str = ""
    state: str = ""
    fault: str = ""
    quality: str = ""
    longer_than: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def within(scope: Scope, table: type[RecordingRow]) -> list[ColumnElement[bool]]:
    """The rows within somebody's reach."""
    return [*scope.limits(table), *([] if scope.agent is None else [table.agent == scope.agent])]


def limits_of(wanted: RecordingFilter, table: type[RecordingRow]) -> list[ColumnElement[bool]]:
    """All that is looked for but facts."""
    limits: list[ColumnElement[bool]] = []
    if wanted.since:
        limits.append(table.started_at >= wanted.since)
    if wanted.until:
        limits.append(table.started_at < wanted.until)
    if wanted.quality:
        named = CallName.kind == QUALITY, CallName.name == wanted.quality, CallName.call == table.call
        limits.append(exists().where(*named))
    if wanted.longer_than is not None:
        limits.append(table.seconds >= wanted.longer_than)
    for column, value in (
        (table.agent, wanted.agent),
        (table.kind, wanted.kind),
        (table.state, wanted.state),
        (table.fault, wanted.fault),
    ):
        if value:
            limits.append(column == value)
    return limits
