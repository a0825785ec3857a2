"""The page of numbers without a record, for who must explain each."""

from __future__ import annotations

from cti.office.numbering.api import GapView
from cti.office.screens.description import Empty, List, Screen
from cti.office.screens.forms import columns_of


def gaps_screen(name: str, title: str, group: str, permission: str, base: str, *, order: int = 90) -> Screen:
    """A module adds it to its screens."""
    return Screen(
        name=name,
        title=title,
        group=group,
        icon="list-ordered",
        order=order,
        permission=permission,
        kind="list",
        list=List(
            source=f"{base}/numbers/gaps",
            id="number",
            columns=columns_of(GapView, "number", "at", "by", "reason"),
            empty=Empty(title="没有空号", text="编号连续；作废或登记失败的编号会列在这里，并说明原因。"),
        ),
    )
