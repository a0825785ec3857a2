"""The entries under which the menu shows the knowledge base: who looks something up, who makes it, who orders it."""

from __future__ import annotations

from cti.office.screens import Group

READING, MAKING, ORDERING = "knowledge_reading", "knowledge_making", "knowledge_order"
HEADINGS = (
    Group(name=READING, title="知识库", icon="book-text", order=10, within="knowledge"),
    Group(name=MAKING, title="采编与共享", icon="file-pen", order=20, within="knowledge"),
    Group(name=ORDERING, title="知识管理", icon="sliders-horizontal", order=30, within="knowledge"),
)
