"""Publish/subscribe in the process: synchronous, ordered, isolated.

Listeners run at once, in the order they subscribed, and must not block; one that fails is logged and the others go
on. An event published by a listener is delivered after the one being delivered, so that all see the same order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from cti.base.events import Event

log = structlog.get_logger(__name__)

E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]
Unsubscribe = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Subscription:
    """One of its own, also when the same function subscribes twice; `order` is when it came."""

    listener: Listener
    order: int


class Bus:
    """Tells events to those who listen for their type or for a base of it."""

    def __init__(self) -> None:
        self._subscriptions: dict[type[Event], list[_Subscription]] = {}
        self._routes: dict[type[Event], tuple[Listener, ...]] = {}
        self._count = 0
        self._pending: deque[Event] = deque()
        self._delivering = False

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Unsubscribe:
        """Call `listener` for every event of `kind` and its subclasses; returns the unsubscribe function."""
        self._count += 1
        subscription = _Subscription(listener, self._count)
        self._subscriptions.setdefault(kind, []).append(subscription)
        self._routes.clear()

        def unsubscribe() -> None:
            found = self._subscriptions[kind]
            if subscription in found:
                found.remove(subscription)
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
        kind = type(event)
        for listener in self._routes.get(kind) or self._route(kind):
            try:
                listener(event)
            except Exception:
                name = getattr(listener, "__qualname__", repr(listener))
                log.exception("listener failed", listener=name, event_type=kind.__name__)

    def _route(self, kind: type[Event]) -> tuple[Listener, ...]:
        found = [one for base in kind.__mro__ for one in self._subscriptions.get(base, ())]
        route = tuple(one.listener for one in sorted(found, key=lambda one: one.order))
        self._routes[kind] = route
        return route
