"""What the console shows of imports: their list with how far each is, and the page of one with what was wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti.office.imports.api import ACTS
from cti.office.imports.live import TOPIC
from cti.office.imports.service import ImportRuns
from cti.office.imports.views import ImportFault
from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens.description import Action, Empty, Filter, List, Screen, Tab
from cti.office.screens.forms import columns_of

STOP = "停止？已处理的行保留，可再次导入其余的行。"


def import_screen(
    service: type[ImportRuns[Any, Any, Any]],
    base: str,
    *,
    name: str,
    title: str,
    group: str,
    order: int,
    source: str,
    confirm: Mapping[str, str],
    empty: str,
    filters: tuple[Filter, ...] = (),
    about: tuple[str, ...] = (),
) -> Screen:
    """The screen of a module's imports; `source` is the key of where a table comes from, `about` are more keys of the
    view, `confirm` the sentences that ask before `look`, `take` and `undo`, `empty` says what the page is for."""
    counts = ("place", *service.counted, "begun_at", "ended_at")
    acts = _acts(base, {"stop": STOP, **confirm})
    rows = record_list(
        service,
        base,
        columns=("title", source, "state", *counts),
        imports=False,
        filters=filters,
        row=acts,
        live=TOPIC,
        empty=Empty(title="还没有导入", text=empty),
    )
    template = Action(name="template", title="下载模板", kind="download", method="GET", path=f"{base}/template")
    detail = record_detail(
        service,
        base,
        title="title",
        subtitle=source,
        about=("state", "message", *about, *counts),
        actions=acts,
        tabs=(_faults(base),),
    )
    return Screen(
        name=name,
        title=title,
        group=group,
        icon="file-up",
        order=order,
        permission=service.see,
        kind="list",
        list=rows.model_copy(update={"actions": (template,)}),
        create=record_create(service, base),
        detail=detail.model_copy(update={"live": TOPIC}),
    )


def _acts(base: str, confirm: Mapping[str, str]) -> tuple[Action, ...]:
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


def _faults(base: str) -> Tab:
    """What is wrong in which row."""
    return Tab(
        name="faults",
        title="错误",
        kind="list",
        list=List(
            source=f"{base}/{{id}}/faults",
            columns=columns_of(ImportFault, "row", "field", "detail"),
            live=TOPIC,
            empty=Empty(title="没有错误", text="试导入或导入后，不能接受的行列在这里。"),
        ),
    )
