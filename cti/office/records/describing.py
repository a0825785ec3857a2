"""The usual screen of a service of records: its list with filters, its form, and what can be done with a row."""

from __future__ import annotations

from typing import Any, Literal

from cti.office.records.service import Records
from cti.office.records.sharing import shares_tab
from cti.office.references import Reference
from cti.office.screens.description import Action, Column, Detail, Empty, Field, Filter, List, Tab
from cti.office.screens.forms import columns_of, fields_of

Service = type[Records[Any, Any, Any, Any]]
PURPOSE = Filter(kind="text", key="purpose", title="查询事由")
"""For who sees numbers and names masked and looks for one."""
LONG = 20
"""Forms with so many fields, with a text of marks, or with wide rows are pages of their own."""
NARROW = 4
"""Columns of rows that a dialog has room for."""
STATE = Filter(kind="flag", key="removed", title="已删除")


def record_list(
    service: Service,
    base: str,
    *,
    columns: tuple[str, ...],
    aside: tuple[str, ...] = (),
    empty: Empty,
    sorts: tuple[str, ...] = ("updated_at",),
    filters: tuple[Filter, ...] = (),
    row: tuple[Action, ...] = (),
    bulk: tuple[Action, ...] = (),
    search: str = "查找",
    more_columns: tuple[Column, ...] = (),
    imports: bool = True,
    live: str | None = None,
) -> List:
    """The list; `columns` are keys of the view, `search` are the words in the search field, `live` is a topic.

    Columns `aside` are shown to those who choose them: what is beside them fits a small screen.

    Without `filters` of its own it has those that the service declares.
    """
    edit = service.edit_permission
    many = (
        Action(
            name="remove_many", title="删除", permission=edit, kind="confirm", path=f"{base}/bulk/remove",
            preview=f"{base}/bulk/remove/preview", tone="danger", done="已删除",
            confirm=f"删除所选{service.title}？删除后可以恢复。",
        ),
        Action(
            name="restore_many", title="恢复", permission=edit, kind="confirm", path=f"{base}/bulk/restore",
            preview=f"{base}/bulk/restore/preview", confirm=f"恢复所选{service.title}？", done="已恢复",
        ),
    )  # fmt: skip
    return List(
        source=base,
        live=live,
        columns=(
            *columns_of(service.view, *columns, aside=aside),
            *more_columns,
            *(one for part in service.parts for one in part.columns() if one.key not in columns),
        ),
        records=service.kind,
        conditions=f"{base}/conditions",
        filters=(
            Filter(kind="text", key="search", title=search, wide=True),
            *(filters or filters_of(service)),
            *(one for part in service.parts for one in part.filters(base)),
            *((PURPOSE,) if service.is_private else ()),
            STATE,
        ),
        sort=service.sort,
        sorts=sorts,
        empty=empty,
        export=f"{base}/export",
        export_permission=service.export_permission,
        actions=_taking_in(service, base) if imports else (),
        bulk=(*bulk, *(one for part in service.parts for one in part.many(service, base)), *many),
        row=(*row, *service.own_actions(base), *record_actions(service, base), *part_actions(service, base)),
    )


def record_actions(service: Service, base: str) -> tuple[Action, ...]:
    """Edit, remove and restore one."""
    edit, one = service.edit_permission, f"{base}/{{id}}"
    return (
        Action(
            name="edit", title="修改", permission=edit, kind="form", method="PUT", path=one,
            form=record_form(service, base), form_source=one, told=True, page=_is_long(service), done="已保存",
        ),
        Action(
            name="remove", title="删除", permission=edit, kind="confirm", method="DELETE", path=one, tone="danger",
            confirm=f"删除该{service.title}？删除后可以恢复。", told=True, done="已删除",
        ),
        Action(
            name="restore", title="恢复", permission=edit, kind="confirm", path=f"{one}/restore",
            confirm=f"恢复该{service.title}？", told=True, done="已恢复",
        ),
    )  # fmt: skip


def record_create(service: Service, base: str) -> Action:
    """The action of a list that adds a record by its form."""
    return Action(
        name="create", title=f"新增{service.title}", permission=service.edit_permission, kind="form", path=base,
        tone="primary", form=(*record_form(service, base), *(one for part in service.parts for one in part.form(base))),
        page=_is_long(service), done="已新增",
    )  # fmt: skip


def part_actions(service: Service, base: str) -> tuple[Action, ...]:
    """What the parts of a record let people do with it."""
    return tuple(one for part in service.parts for one in part.actions(service, base))


def part_tabs(service: Service, base: str) -> tuple[Tab, ...]:
    """The sides of a record's page that its parts bring, and its timeline."""
    return (*(tab for part in service.parts for tab in part.tabs(service, base)), timeline_tab(base))


def record_detail(
    service: Service,
    base: str,
    *,
    title: str,
    subtitle: str | None = None,
    about: tuple[str, ...],
    tabs: tuple[Tab, ...] = (),
    actions: tuple[Action, ...] = (),
) -> Detail:
    """The page of one: what it is (`about` are keys of the view), the module's own sides, those
    of its parts, and with whom it is shared where single ones can be."""
    fields = columns_of(service.view, *about)
    shares = (shares_tab(service, base),) if service.sharing.given else ()
    return Detail(
        source=f"{base}/{{id}}",
        title=title,
        subtitle=subtitle,
        tags="tags" if any(part.name == "tags" for part in service.parts) else None,
        actions=(*actions, *service.own_actions(base), *record_actions(service, base), *part_actions(service, base)),
        tabs=(Tab(name="about", title="概况", kind="fields", fields=fields), *tabs, *shares, *part_tabs(service, base)),
    )


def timeline_tab(base: str) -> Tab:
    """All that happened with a record, and when."""
    return Tab(name="timeline", title="动态", kind="timeline", source=f"{base}/{{id}}/timeline")


def record_form(service: Service, base: str = "") -> tuple[Field, ...]:
    """The fields of adding and editing; what points elsewhere is chosen there, pictures go to the record's files."""
    found = tuple(_choosing(one, service.refs.get(one.key)) for one in fields_of(service.fields))
    if not any(part.name == "files" for part in service.parts):
        return found
    files = {"files": f"{base}/{{id}}/files"}
    return tuple(one.model_copy(update=files) if one.kind == "rich" else one for one in found)


def filters_of(service: Service) -> tuple[Filter, ...]:
    """The filters that a service declares, as its view and references say them: of what the view has."""
    columns = {one.key: one for one in columns_of(service.view)}

    def filter_of(key: str) -> Filter:
        shown = columns[key]
        if key in service.refs:
            return reference_filter(service, key, shown.title)
        kind: Literal["choice", "flag", "text"] = (
            "choice" if shown.options else "flag" if shown.kind == "flag" else "text"
        )
        return Filter(kind=kind, key=key, title=shown.title, options=shown.options)

    has_period = service.period in columns
    period = [Filter(kind="period", key="period", title=columns[service.period].title)] if has_period else []
    return (*(filter_of(key) for key in service.filters if key in columns), *period)


def reference_filter(service: Service, key: str, title: str = "") -> Filter:
    """A filter by what a column points to; in a tree, with all below it."""
    one = service.refs[key]
    return Filter(
        kind="tree" if one.tree else "choice", key=key, title=title or one.title, options_from=one.choices,
        options_search=not one.tree,
    )  # fmt: skip


def _is_long(service: Service) -> bool:
    """Whether its form needs a page of its own."""
    fields = fields_of(service.fields)
    wide = any(one.kind == "rich" or len(one.rows) > NARROW for one in fields)
    return len(fields) >= LONG or wide


def _choosing(field: Field, one: Reference | None) -> Field:
    if one is None:
        return field
    several = field.kind in ("tags", "choices")
    kind = "choices" if several else "tree" if one.tree else "choice"
    return field.model_copy(update={"kind": kind, "options_from": one.choices, "options_search": not one.tree})


def _taking_in(service: Service, base: str) -> tuple[Action, ...]:
    edit = service.edit_permission
    file = Field(
        key="file", title="表格文件", kind="file", required=True, accept=".xlsx,.csv",
        help="第一行为列名，与导入模板相同；先预览，再导入",
    )  # fmt: skip
    return (
        Action(
            name="import", title="导入", permission=edit, kind="form", path=f"{base}/import",
            preview=f"{base}/import/preview", form=(file,), done="导入完成",
        ),
        Action(
            name="template", title="导入模板", permission=edit, kind="download", method="GET", path=f"{base}/template"
        ),
    )  # fmt: skip
