"""Screens as data: what the console shows of a module, described by the module itself in its `screens.py`."""

from cti.office.screens.description import (
    Action,
    Chart,
    Choice,
    Column,
    Detail,
    Empty,
    Field,
    Figure,
    Filter,
    Group,
    Link,
    List,
    Option,
    Screen,
    Series,
    Tab,
    Tree,
    When,
)
from cti.office.screens.forms import columns_of, fields_of, form
from cti.office.screens.slots import DeskCard, DeskForm, StoryCard
from cti.office.screens.tiles import Count, Tile

__all__ = [
    "Action",
    "Chart",
    "Choice",
    "Column",
    "Count",
    "DeskCard",
    "DeskForm",
    "Detail",
    "Empty",
    "Field",
    "Figure",
    "Filter",
    "Group",
    "Link",
    "List",
    "Option",
    "Screen",
    "Series",
    "StoryCard",
    "Tab",
    "Tile",
    "Tree",
    "When",
    "columns_of",
    "fields_of",
    "form",
]
