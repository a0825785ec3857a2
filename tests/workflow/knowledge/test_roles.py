"""The knowledge base's desks: who writes, who approves, who orders it, at every hotline from its first start."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from cti.office.identity.permissions import FIRST_ROLES
from tests.office import ROOT
from workflow.knowledge import screens

GRANTS = tomllib.loads((ROOT / "workflow/knowledge/manifest.toml").read_text("utf-8"))["grants"]
DESKS = {"knowledge_editor": "知识采编岗", "knowledge_reviewer": "知识审核岗", "knowledge_manager": "知识管理岗"}


@pytest.mark.parametrize(("role", "title"), DESKS.items())
def test_each_desk_is_there_and_reads_what_it_works_on(role: str, title: str) -> None:
    assert {one.name: one.title for one in FIRST_ROLES}[role] == title
    assert {"knowledge.see", "knowledge.drafts"} <= set(GRANTS[role])


def test_who_writes_does_not_approve_and_who_approves_does_not_write() -> None:
    assert "knowledge.review" not in GRANTS["knowledge_editor"]
    assert "knowledge.write" not in GRANTS["knowledge_reviewer"]
    assert {"knowledge.manage", "knowledge.statistics"} <= set(GRANTS["knowledge_manager"])


def test_roles_that_are_given_rights_are_there() -> None:
    assert set(GRANTS) <= {one.name for one in FIRST_ROLES}


def test_the_menu_has_three_entries_with_no_more_than_ten_tabs_each() -> None:
    headings = Counter(one.group for one in screens.SCREENS)
    assert set(headings) == {one.name for one in screens.GROUPS}
    assert len(headings) == 3
    assert max(headings.values()) <= 10


def test_who_makes_articles_of_good_tickets_sees_tickets() -> None:
    tickets = tomllib.loads((ROOT / "workflow/tickets/manifest.toml").read_text("utf-8"))["grants"]
    assert "tickets.see" in tickets["knowledge_editor"]
    assert "tickets.see" in tickets["knowledge_manager"]


@pytest.mark.parametrize("role", ["agent", "knowledge_editor", "knowledge_reviewer", "department"])
def test_who_keeps_no_trees_has_no_pages_of_them(role: str) -> None:
    """Readers choose categories, industries and scenarios where they search."""
    shown = {one.name for one in screens.SCREENS if {one.permission, one.keeping} - {""} <= set(GRANTS[role])}
    assert shown.isdisjoint({"knowledge_categories", "knowledge_industries", "knowledge_scenarios"})
    assert {"knowledge_search", "knowledge"} <= shown
