"""Whose files are whose: a file that names an organisation is that one's, any other is the whole house's.

The house's files may be looked at by everybody who may look at such files, and changed by those whose reach has the
house.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti.base.refusal import NotAllowed
from cti.base.scope import NOTHING
from cti.base.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Rights:
    """The permissions over files of a kind; `title` is what such a file is called."""

    read: str
    edit: str
    publish: str
    title: str


@dataclass(frozen=True, slots=True)
class Owning:
    """`house` is the organisation at the top, `region` its region (GB/T 2260)."""

    house: str
    region: str
    rights: Rights

    def may_see(self, visitor: Visitor, organisation: str) -> bool:
        """Whether a file of this organisation (empty: the house) exists for the visitor."""
        return not organisation or self._reaches(visitor, self.rights.read, organisation)

    def may_count(self, visitor: Visitor, organisation: str) -> bool:
        """Whether the visitor sees the figures of what goes by files of this organisation (empty: the house).

        The house's files hold what belongs to all counties, and their counts are not for one.
        """
        return self._reaches(visitor, self.rights.read, organisation)

    def may_change(self, visitor: Visitor, organisation: str) -> bool:
        """Whether files of this organisation (empty: the house) are the visitor's own."""
        return any(self._reaches(visitor, one, organisation) for one in (self.rights.edit, self.rights.publish))

    def need_change(self, visitor: Visitor, permission: str, organisation: str) -> None:
        """Raise NotAllowed unless the permission reaches files of this organisation (empty: the house)."""
        if not self._reaches(visitor, permission, organisation):
            raise NotAllowed("not_yours", f"这个{self.rights.title}属于其他单位，您不能修改")

    def _reaches(self, visitor: Visitor, permission: str, organisation: str) -> bool:
        scope = visitor.reach(permission)
        if organisation in ("", self.house):
            return scope.covers(self.house, self.region)
        if scope.regions is not None:
            # A file has no region of its own: who reaches by region changes those of his own organisation.
            return organisation == visitor.organisation and scope != NOTHING
        return scope.covers(organisation, self.region)
