"""The headings under which the menu shows the knowledge base: who looks something up, who makes it, who orders it."""

from __future__ import annotations

from cti.office.screens import Group

READING, MAKING, ORDERING = "knowledge", "knowledge_making", "knowledge_order"
HEADINGS = (
    Group(name=READING, title="知识库", icon="book-text", order=19),
    Group(name=MAKING, title="采编与共享", icon="file-pen", order=19),
    Group(name=ORDERING, title="知识管理", icon="sliders-horizontal", order=19),
)
"""Of the same order, they stand by their names, which the console keeps."""
