"""What the console shows of imports: what can be done with one, how far it is, and what was wrong."""

from __future__ import annotations

from collections.abc import Mapping

from cti.office.imports.api import ACTS
from cti.office.imports.views import ImportFault
from cti.office.screens.description import Action, Empty, List, Tab
from cti.office.screens.forms import columns_of


def import_actions(base: str, confirm: Mapping[str, str]) -> tuple[Action, ...]:
    """Each act with the sentence that asks for it, and the list of faults as a file."""
    one = f"{base}/{{id}}"
    return (
        *(
            Action(
                name=name, title=title, kind="confirm", path=f"{one}/{name}", confirm=confirm[name], told=True,
                tone={"take": "primary", "undo": "danger"}.get(name), done="已开始" if name != "stop" else "正在停止",
            )
            for name, title in ACTS.items()
        ),
        Action(name="faults", title="下载错误清单", kind="download", method="GET", path=f"{one}/faults/sheet"),
    )  # fmt: skip


def faults_tab(base: str) -> Tab:
    """What is wrong in which row."""
    return Tab(
        name="faults",
        title="错误",
        kind="list",
        list=List(
            source=f"{base}/{{id}}/faults",
            columns=columns_of(ImportFault, "row", "field", "detail"),
            empty=Empty(title="没有错误", text="试导入或导入后，不能接受的行列在这里。"),
        ),
    )
