"""Categories of requests: a tree, found by a part of the path or the first letters of its pinyin."""

from __future__ import annotations

from typing import ClassVar

from cti.office.sharing.rule import Shared
from cti.office.tree.service import TreeRecords
from cti.office.tree.views import TreeFields, TreeQuery, TreeView
from workflow.tickets.models import TicketCategoryRow

CATEGORIES = "/api/tickets/options/categories"
"""The tree for whoever chooses from it."""


class Categories(TreeRecords[TicketCategoryRow, TreeFields, TreeView, TreeQuery]):
    """The service. Whoever registers or reads tickets reads all categories: they are the house's words."""

    table, fields, view, query = TicketCategoryRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "ticket_category"
    title: ClassVar[str] = "诉求分类"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    see: ClassVar[str] = "tickets.see"
    edit_permission: ClassVar[str] = "tickets.catalogue"
    export_permission: ClassVar[str] = "tickets.catalogue"
