"""The page of a tree: nodes that are dragged, merged, switched off, added below one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cti.office.records.describing import record_create, record_list
from cti.office.screens.description import Action, Empty, Screen, Tree
from cti.office.tree.service import TreeRecords


def tree_screen(
    service: type[TreeRecords[Any, Any, Any, Any]],
    base: str,
    *,
    name: str,
    title: str,
    group: str,
    icon: str = "folder-tree",
    order: int = 50,
    keeping: str = "",
    empty: Empty,
) -> Screen:
    """The screen of kind `tree`, with the import and export of its list.

    `keeping` is a right without which the page is not shown: those who only choose from the tree have no use for it.
    """
    edit = service.edit_permission
    one = f"{base}/{{id}}"
    switching = (
        Action(
            name="off", title="停用", permission=edit, kind="confirm", path=f"{one}/off", told=True,
            confirm=f"停用后不能再选用该{service.title}及其下级，已选用的不变。", done="已停用",
        ),
        Action(name="on", title="启用", permission=edit, kind="confirm", path=f"{one}/on", told=True, done="已启用"),
    )  # fmt: skip
    shown = record_list(
        service, base, columns=("path", "off", "updated_at"), sorts=("path",), empty=empty, row=switching
    )
    picking = _picking_parents(base)
    return Screen(
        name=name,
        title=title,
        group=group,
        icon=icon,
        order=order,
        permission=service.see,
        keeping=keeping,
        kind="tree",
        list=shown.model_copy(update={"row": tuple(map(picking, shown.row))}),
        tree=Tree(
            source=f"{base}/tree", move=f"{one}/move", merge=f"{one}/merge", merge_preview=f"{one}/merge/preview"
        ),
        create=picking(record_create(service, base)),
    )


def _picking_parents(base: str) -> Callable[[Action], Action]:
    """Lets a form choose what stands above in the tree itself."""

    def picking(action: Action) -> Action:
        update = {"kind": "tree", "options_from": f"{base}/tree", "max_length": None, "help": None}
        fields = (one.model_copy(update=update) if one.key == "parent" else one for one in action.form)
        return action.model_copy(update={"form": tuple(fields)})

    return picking
