"""What a process may name in this house."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cti.base.expressions.types import Type
from cti.office.forms.definition import Form
from cti.office.processes.definition import Process


@dataclass(frozen=True, slots=True)
class Known:
    """None where nothing is known: then nothing is complained of. `records` says what expressions read of each kind."""

    permissions: Collection[str] | None = None
    calendars: Collection[str] | None = None
    forms: Mapping[str, Form] | None = None
    processes: Mapping[str, Process] = field(default_factory=dict)
    records: Mapping[str, Type] = field(default_factory=dict)
