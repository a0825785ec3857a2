"""Services that plugins offer to flows by name, with typed arguments and result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pydantic

from ivr.conversation import Facts
from ivr.expressions.types import Type, type_of_annotation

Answer = Callable[[Any, Facts], Awaitable[pydantic.BaseModel | None]]
"""Answers a lookup: its arguments as their model, and what is known of the call; None means nothing was found."""


class LookupFailed(Exception):
    """A service that cannot answer; the message says why."""


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
    def takes(self) -> Mapping[str, Type]:
        """The types of its arguments."""
        return {name: type_of_annotation(one.annotation) for name, one in self.arguments.model_fields.items()}

    @property
    def requires(self) -> frozenset[str]:
        """The arguments that must be given."""
        return frozenset(name for name, one in self.arguments.model_fields.items() if one.is_required())

    @property
    def gives(self) -> Type:
        """The record that it finds."""
        return type_of_annotation(self.result)


class Lookups:
    """All services on offer now: plugins come and go."""

    def __init__(self) -> None:
        self._services: dict[str, Service] = {}

    def offer(self, service: Service) -> Callable[[], None]:
        """Offer a service; ValueError when the name is taken. Returns the withdrawal."""
        if service.name in self._services:
            raise ValueError(f"two services are named {service.name}")
        self._services[service.name] = service

        def withdraw() -> None:
            if self._services.get(service.name) is service:
                del self._services[service.name]

        return withdraw

    def offers(self, name: str) -> bool:
        """Whether somebody offers it."""
        return name in self._services

    def get(self, name: str) -> Service | None:
        """The service of this name."""
        return self._services.get(name)

    @property
    def names(self) -> list[str]:
        """All names on offer."""
        return sorted(self._services)

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
