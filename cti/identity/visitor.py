"""Who asks: the person behind a session, with what the person may do and whose rows the person may see."""

from __future__ import annotations

from dataclasses import dataclass

from cti.refusal import NotAllowed
from cti.store.scope import EVERYTHING, Scope

ALL = "*"
"""The permission that stands for all of them."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Handed to every service: it decides and writes the audit by it. `person` is an id, `address` an IP address.

    `must` names what the person has to do before he may do anything else: `password`, `second_factor`.
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
    auto_answer: bool = False
    session: str = ""
    address: str = ""
    must: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """Whether the person has the permission."""
        return permission in self.permissions or ALL in self.permissions

    def need(self, permission: str) -> None:
        """Raise NotAllowed unless the person has the permission."""
        if not self.may(permission):
            raise NotAllowed("not_allowed", "您没有进行此操作的权限")

    def need_session(self) -> None:
        """Raise NotAllowed unless the person sits at a browser: for what no key may do in his name."""
        if not self.session:
            raise NotAllowed("session_needed", "此操作需要本人登录后进行")


def system(name: str) -> Visitor:
    """The house itself, or somebody at its command line: may do everything, and stands in the audit as `name`."""
    return Visitor("", name, name, None, "", "", permissions=frozenset({ALL}))
