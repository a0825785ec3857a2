"""What the console shows: the list and page of matters, the form at the desk, the categories' tree, tiles."""

import cti.office.screens as console
from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.tree.describing import tree_screen
from tests.tutorial.matters.api import BASE, CATEGORIES
from tests.tutorial.matters.service import Categories, Matters
from tests.tutorial.matters.topics import LIVE
from tests.tutorial.matters.views import MatterFields

DUE = console.Tab(name="due", title="时限", kind="component", component="matters/DueTab")
SCREENS = (
    console.Screen(
        name="matters", title="诉求", group="tickets", icon="clipboard-list", permission=Matters.see, kind="list",
        list=record_list(
            Matters, BASE, columns=("number", "type", "title", "state", "due_at", "overdue", "lead", "created_at"),
            sorts=("due_at", "updated_at", "created_at"), search="编号、内容或完整号码", live=LIVE.name,
            empty=console.Empty(title="还没有诉求", text="通话中在工作台登记，或在这里新增。"),
        ),
        create=record_create(Matters, BASE),
        detail=record_detail(
            Matters, BASE, title="title", subtitle="number", tabs=(DUE,),
            about=("number", "type", "content", "place", "category", "caller_name", "caller", "call", "state", "due_at",
                   "lead", "answer"),
        ),
    ),
    tree_screen(Categories, CATEGORIES, name="matter_categories", title="诉求的分类", group="rules",
                empty=console.Empty(title="还没有分类")),
)  # fmt: skip
SLOTS = (
    console.DeskForm(name="matter", title="登记诉求", permission=Matters.edit_permission, done="已登记",
                     source=f"{BASE}/calls/{{id}}", path=f"{BASE}/calls/{{id}}",
                     form=console.fields_of(MatterFields, "type", "title", "content", "place", "caller_name")),
)  # fmt: skip
TILES = (
    console.Tile(name="matters_by_lead", title="各部门的诉求", permission=Matters.see, chart=console.Chart(
        title="各部门的诉求", kind="bar", source=f"{BASE}/tally/lead", x="title",
        link=console.Link(screen="matters", query={"lead": "{value}"}),
        series=(console.Series(key="count", title="诉求"),),
    )),
)  # fmt: skip
