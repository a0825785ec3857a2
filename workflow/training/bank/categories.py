"""The tree under which questions, courses and materials are filed (题库类别)."""

from __future__ import annotations

from typing import ClassVar

from cti.office.sharing import Shared
from cti.office.tree.service import TreeRecords
from cti.office.tree.views import TreeFields, TreeQuery, TreeView
from workflow.training import rules
from workflow.training.bank.models import CategoryRow

CATEGORIES = f"{rules.BASE}/categories"


class Categories(TreeRecords[CategoryRow, TreeFields, TreeView, TreeQuery]):
    """The service. A county files under its own and under the city's categories."""

    table, fields, view, query = CategoryRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "training_category"
    title: ClassVar[str] = "考培类别"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
