"""Who asks: the person behind a session, with what the person may do and whose rows the person may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.base.refusal import NotAllowed
from cti.base.scope import EVERYTHING, NOTHING, Scope

ALL = "*"
"""The permission that stands for all of them."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Handed to every service: it decides and writes the audit by it. `person` is an id, `address` an IP address.

    `reaches` says whose rows each permission reaches (under `*`, those that are not named), by the roles that give it.
    `scope` is the reach of those that it leaves out: ask `reach`, never this.
    `groups` are the ids of the groups (班组) that the person belongs to or leads.
    `stands_in` are the names of those for whom the person acts now, by their ids (离岗代理): it gives no right.
    `must` names what the person has to do before he may do anything else: `password`, `second_factor`.
    `is_citizen`: it is the citizen whose record it is; whoever makes such a visitor has seen that it is his.
    """

    person: str
    login: str
    name: str
    agent_no: str | None
    organisation: str
    region: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    scope: Scope = EVERYTHING
    reaches: Mapping[str, Scope] = field(default_factory=dict)
    auto_answer: bool = False
    session: str = ""
    address: str = ""
    must: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    stands_in: Mapping[str, str] = field(default_factory=dict)
    is_citizen: bool = False

    def may(self, permission: str) -> bool:
        """Whether the person has the permission."""
        return permission in self.permissions or ALL in self.permissions

    def is_for(self, person: str) -> bool:
        """Whether something is his to do: it is his own, or of somebody for whom he acts now."""
        return bool(person) and (person == self.person or person in self.stands_in)

    def need(self, permission: str) -> None:
        """Raise NotAllowed unless the person has the permission."""
        if not self.may(permission):
            raise NotAllowed("not_allowed", "您没有进行此操作的权限")

    def reach(self, permission: str) -> Scope:
        """Whose rows the person sees or changes by this permission; nobody's without it.

        It is that of the roles that give the permission: a wide role for one thing widens no other.
        """
        if not self.may(permission):
            return NOTHING
        return self.reaches.get(permission) or self.reaches.get(ALL) or self.scope

    def need_session(self) -> None:
        """Raise NotAllowed unless the person sits at a browser: for what no key may do in his name."""
        if not self.session:
            raise NotAllowed("session_needed", "此操作需要本人登录后进行")


def system(name: str) -> Visitor:
    """The house itself, or somebody at its command line: may do everything, and stands in the audit as `name`."""
    return Visitor("", name, name, None, "", "", permissions=frozenset({ALL}))
