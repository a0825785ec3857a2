"""Services that plugins offer to flows by name, with typed arguments and result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pydantic

from cti.base.expressions.types import Type, type_as_json, type_of_annotation, type_of_json
from ivr.conversation.port import Facts

Answer = Callable[[Any, Facts], Awaitable[pydantic.BaseModel | None]]
"""Answers a lookup: its arguments as their model, and what is known of the call; None means nothing was found."""


class LookupFailed(Exception):
    """A service that cannot answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What lint knows of a service: the types of its arguments, which must be given, and what it finds."""

    takes: Mapping[str, Type]
    requires: frozenset[str]
    gives: Type

    def as_json(self) -> dict[str, Any]:
        """What a lookup takes, needs and gives, as programs read it."""
        takes = {name: type_as_json(one) for name, one in self.takes.items()}
        return {"takes": takes, "requires": sorted(self.requires), "gives": type_as_json(self.gives)}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Shape:
        """From what `as_json` gave."""
        takes = {name: type_of_json(one) for name, one in data["takes"].items()}
        return cls(takes, frozenset(data["requires"]), type_of_json(data["gives"]))


@dataclass(frozen=True, slots=True)
class Service:
    """A service that a flow can ask. `effect`: asking changes something, so it is asked at most once a visit."""

    name: str
    title: str
    arguments: type[pydantic.BaseModel]
    result: type[pydantic.BaseModel]
    answer: Answer
    effect: bool = False

    @property
    def shape(self) -> Shape:
        """What lint knows of it; TypeError when a field has a type that no flow can hold."""
        fields = self.arguments.model_fields
        return Shape(
            {name: type_of_annotation(one.annotation) for name, one in fields.items()},
            frozenset(name for name, one in fields.items() if one.is_required()),
            type_of_annotation(self.result),
        )


class Lookups:
    """All services on offer now: plugins come and go."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._services: dict[str, Service] = {}
        self._shapes: dict[str, Shape] = {}

    def offer(self, service: Service) -> Callable[[], None]:
        """Offer a service; ValueError when the name is taken, TypeError when no flow can hold its types.

        Returns the withdrawal.
        """
        if service.name in self._services:
            raise ValueError(f"two services are named {service.name}")
        self._shapes[service.name] = service.shape
        self._services[service.name] = service
        self._on_change()

        def withdraw() -> None:
            if self._services.get(service.name) is service:
                del self._services[service.name], self._shapes[service.name]
                self._on_change()

        return withdraw

    def offers(self, name: str) -> bool:
        """Whether somebody offers it."""
        return name in self._services

    def get(self, name: str) -> Service | None:
        """The service of this name."""
        return self._services.get(name)

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes of all services on offer."""
        return self._shapes

    async def ask(self, name: str, arguments: Mapping[str, Any], facts: Facts) -> dict[str, Any] | None:
        """The record found, as JSON data, or None; LookupFailed when there is no such service or it refuses."""
        service = self._services.get(name)
        if service is None:
            raise LookupFailed(f"nobody offers {name}")
        try:
            given = service.arguments.model_validate(dict(arguments))
        except pydantic.ValidationError as error:
            raise LookupFailed(f"{name}: {error.errors()[0]['msg']}") from None
        found = await service.answer(given, facts)
        return None if found is None else found.model_dump(mode="json")
