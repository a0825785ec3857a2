"""The page of open work."""

from __future__ import annotations

from cti.office.screens import Action, Empty, Filter, List, Screen, columns_of, fields_of, options_of
from cti.office.work.acts import MOVE, ToPerson, ToUnit
from cti.office.work.api import BASE, KINDS, PEOPLE_HAVING, UNITS_HAVING
from cti.office.work.service import KIND, OpenWork, WorkView
from cti.office.work.standing import STANDINGS

COLUMNS = columns_of(
    WorkView, "about_title", "number", "name", "step_title", "holder_title", "person_name", "entered_at", "standing"
)
HANDING_OVER = (
    Action(
        name="to_person", title="移交给人员", permission=MOVE, kind="form", path=f"{BASE}/bulk/to_person",
        preview=f"{BASE}/bulk/to_person/preview", form=fields_of(ToPerson), done="已移交",
    ),
    Action(
        name="to_unit", title="移交给单位", permission=MOVE, kind="form", path=f"{BASE}/bulk/to_unit",
        preview=f"{BASE}/bulk/to_unit/preview", form=fields_of(ToUnit), done="已移交",
    ),
)  # fmt: skip
SCREENS = (
    Screen(
        name=KIND,
        title=OpenWork.title,
        group="staff",
        icon="arrow-right-left",
        order=35,
        permission=MOVE,
        kind="list",
        list=List(
            source=BASE,
            columns=COLUMNS,
            filters=(
                Filter(kind="choice", key="about", title="业务", options_from=KINDS),
                Filter(
                    kind="choice", key="person", title="办理人", options_from=PEOPLE_HAVING, options_search=True,
                ),
                Filter(
                    kind="choice", key="holder", title="承办单位", options_from=UNITS_HAVING, options_search=True,
                ),
                Filter(kind="choice", key="standing", title="无人承办", options=options_of(STANDINGS)),
            ),
            empty=Empty(title="没有在办事项", text="人员离岗、请假，单位撤并时，在这里把其在办事项一次移交。"),
            opens="/{page}/{record}",
            bulk=HANDING_OVER,
        ),
    ),
)  # fmt: skip
