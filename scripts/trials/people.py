"""Who works at the hotline under trial, and where: made by its administrator, as in a city."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trials.api import Api

Organisation = tuple[str, str, str, str]
"""Name, title, region, what it lies below."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `number` is his as an agent, whose browser answers by itself."""

    login: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    number: str | None = None


async def settle(admin: Api, organisations: Iterable[Organisation], people: Iterable[Person], password: str) -> None:
    """Make the organisations, then their people, who all have the same password."""
    for name, title, region, parent in organisations:
        said = {"name": name, "title": title, "region": region, "parent": parent}
        await admin.ask("POST", "/api/organisations", said)
    for one in people:
        account = {
            "login": one.login, "name": one.name, "agent_no": one.number, "organisation": one.organisation,
            "roles": list(one.roles), "password": password, "change": False, "auto_answer": one.number is not None,
        }  # fmt: skip
        await admin.ask("POST", "/api/people", account)


async def tree(admin: Api, path: str, wanted: Iterable[str]) -> dict[str, str]:
    """Make the nodes of a tree that `path` answers for, from the top down; returns their ids by their own paths."""
    made: dict[str, str] = {}
    for whole in wanted:
        parts = whole.split("/")
        for depth in range(1, len(parts) + 1):
            here, above = "/".join(parts[:depth]), "/".join(parts[: depth - 1])
            if here not in made:
                said = {"name": parts[depth - 1], "parent": made.get(above)}
                made[here] = (await admin.ask("POST", path, said))["id"]
    return made
