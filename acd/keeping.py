"""Keeps in the store what must outlive the engine, and gives it back at the start. Numbers of citizens are sealed.

Agents, callbacks and figures are written at every change, with the events that they count: after a crash they agree.
What is remembered of callers gathers for `GATHER` seconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec
import structlog

from acd.matching.decisions import Decision
from acd.service import Acd
from cti.base.clock import Clock, Timer
from cti.store.inner_places import state_place

log = structlog.get_logger(__name__)

GATHER = 30.0
AGENTS, CALLBACKS, FIGURES, MEMORY = "acd_agent", "acd_callback", "acd_figures", "acd_memory"
PAST, PAST_FIGURES = "acd_past_callback", "acd_past_figures"
KINDS = {"agent": AGENTS, "callback": CALLBACKS, "past": PAST}
COUNTED = frozenset({"queued", "answered", "abandoned", "overflowed", "left", "message", "ended", "state", "wrapup"})


class States(Protocol):
    """Where small states are written (`cti.store.journal.journal.Journal`)."""

    def put(self, kind: str, key: str, data: object) -> None:
        """Keep JSON data under a key."""

    def forget(self, kind: str, key: str) -> None:
        """Remove what was put."""

    def before_commit(self, last: Callable[[], None]) -> None:
        """Call `last` once before what was told until then is committed."""


class Seal(Protocol):
    """Encrypts text (`cti.base.ciphers.cipher.Cipher`)."""

    def seal(self, text: str | bytes, place: str) -> str:
        """Encrypt for the state at `place`."""

    def open_inner(self, sealed: str, place: str) -> bytes:
        """Decrypt what was sealed for the state at `place`."""


class Keeper:
    """Writes what changes in the matching, for the next engine."""

    def __init__(self, acd: Acd, states: States, cipher: Seal, clock: Clock) -> None:
        self._acd = acd
        self._states = states
        self._cipher = cipher
        self._clock = clock
        self._timer: Timer | None = None

    async def restore(self, kept: Callable[[str], Awaitable[Mapping[str, Any]]]) -> None:
        """Let everything stand as it stood; data that cannot be read is left out and logged."""
        data: dict[str, Any] = {"agents": dict(await kept(AGENTS)), "callbacks": {}, "past": {}, "callers": {}}
        data["statistics"] = dict(await kept(FIGURES))
        for name, kind in (("callbacks", CALLBACKS), ("past", PAST)):
            for id, callback in (await kept(kind)).items():
                number = self._open(callback["number"], state_place(kind, id))
                if number is not None:
                    data[name][id] = {**callback, "number": number}
        for memory in (await kept(MEMORY)).values():
            data["callers"] = msgspec.json.decode(self._open(memory, state_place(MEMORY, "callers")) or "{}")
        self._acd.restore_snapshot(data)

    def _open(self, sealed: str, place: str) -> str | None:
        try:
            return self._cipher.open_inner(sealed, place).decode()
        except Exception:
            log.exception("a kept state cannot be opened")
            return None

    def start(self) -> None:
        """Write from now on."""
        self._acd.on_change(self._changed)
        self._acd.on_decision(self._decided)

    def _changed(self, kind: str, id: str, data: Mapping[str, Any] | None) -> None:
        where = KINDS[kind]
        if data is None:
            self._states.forget(where, id)
        elif kind != "agent":
            number = self._cipher.seal(str(data["number"]), state_place(where, id))
            self._states.put(where, id, {**data, "number": number})
        else:
            self._states.put(where, id, data)

    def _decided(self, decision: Decision) -> None:
        if decision.event not in COUNTED:
            return
        # Once for all decisions that are committed together.
        self._states.before_commit(self._write_figures)
        if self._timer is None:
            self._timer = self._clock.call_later(GATHER, self.flush)

    def _write_figures(self) -> None:
        changed, old = self._acd.statistics.changed()
        for key, figures in changed.items():
            self._states.put(FIGURES, key, figures)
        for key, figures in old.items():
            self._states.put(PAST_FIGURES, key, figures)
            self._states.forget(FIGURES, key)

    def flush(self) -> None:
        """Write what has gathered."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._write_figures()
        memory = self._acd.matching.callers.snapshot(self._acd.matching.wall)
        # A day's callers are megabytes: the quick encoder does not hold up a call.
        sealed = self._cipher.seal(msgspec.json.encode(memory), state_place(MEMORY, "callers"))
        self._states.put(MEMORY, "callers", sealed)
