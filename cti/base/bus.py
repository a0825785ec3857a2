"""Publish/subscribe in the process: synchronous, ordered, isolated.

Listeners run at once, in the order they subscribed, and must not block; one that fails is logged and the others go
on. An event published by a listener is delivered after the one being delivered, so that all see the same order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from cti.base.events import Event

log = structlog.get_logger(__name__)

E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]
Unsubscribe = Callable[[], None]


class Bus:
    """Tells events to those who listen for their type or for a base of it."""

    def __init__(self) -> None:
        self._listeners: dict[type[Event], list[Listener]] = {}
        self._routes: dict[type[Event], tuple[Listener, ...]] = {}
        self._order: dict[int, int] = {}
        self._count = 0
        self._pending: deque[Event] = deque()
        self._delivering = False

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Unsubscribe:
        """Call `listener` for every event of `kind` and its subclasses; returns the unsubscribe function."""

        # A wrapper of its own makes the same function subscribed twice two subscriptions.
        def deliver(event: E) -> None:
            listener(event)

        deliver.__qualname__ = getattr(listener, "__qualname__", repr(listener))
        self._count += 1
        self._order[id(deliver)] = self._count
        self._listeners.setdefault(kind, []).append(deliver)
        self._routes.clear()

        def unsubscribe() -> None:
            found = self._listeners.get(kind, [])
            if deliver in found:
                found.remove(deliver)
                del self._order[id(deliver)]
                self._routes.clear()

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Tell an event; returns when all listeners have run, unless called from within a listener."""
        self._pending.append(event)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._pending:
                self._deliver(self._pending.popleft())
        finally:
            self._delivering = False

    def _deliver(self, event: Event) -> None:
        for listener in self._route(type(event)):
            try:
                listener(event)
            except Exception:
                log.exception("listener failed", listener=listener.__qualname__, event_type=type(event).__name__)

    def _route(self, kind: type[Event]) -> tuple[Listener, ...]:
        route = self._routes.get(kind)
        if route is None:
            found = [listener for base in kind.__mro__ for listener in self._listeners.get(base, [])]
            route = self._routes[kind] = tuple(sorted(found, key=lambda one: self._order[id(one)]))
        return route
