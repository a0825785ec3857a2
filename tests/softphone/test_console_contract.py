"""The console knows every word in which screens are described, and every component that they name."""

import re
import typing
from collections import Counter
from pathlib import Path

import pytest

from cti.base.manifest import find_plugins
from cti.office.screens import (
    Action,
    Calendar,
    Chart,
    Column,
    Count,
    DeskCard,
    DeskForm,
    Detail,
    Dock,
    Field,
    Figure,
    Filter,
    Group,
    Kanban,
    Link,
    List,
    Option,
    Screen,
    Series,
    StoryCard,
    Tab,
    Tile,
    description,
)
from cti.office.screens.description import Part
from cti.office.screens.lint import exported
from cti.office.screens.registry import read_screens
from cti.process import house_screens

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "softphone/web/src/screens"
WORDS = (SCREENS / "description.ts").read_text("utf-8")


def keys_of(interface: str) -> set[str]:
    """The keys of an exported interface of the console."""
    found = re.search(rf"^export interface {interface} \{{\n(.*?)^\}}", WORDS, re.MULTILINE | re.DOTALL)
    assert found, f"description.ts has no {interface}"
    return set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))


@pytest.mark.parametrize(
    "part",
    [
        Action,
        Calendar,
        Chart,
        Column,
        Count,
        DeskCard,
        DeskForm,
        Detail,
        Dock,
        Field,
        Figure,
        Filter,
        Group,
        Kanban,
        Link,
        List,
        Option,
        Screen,
        Series,
        StoryCard,
        Tab,
        Tile,
    ],
)
def test_the_console_knows_every_key(part: type[Part]) -> None:
    said = {field.serialization_alias or name for name, field in part.model_fields.items() if not field.exclude}
    assert said <= keys_of(part.__name__)


@pytest.mark.parametrize(
    ("kinds", "type_name"), [(description.ColumnKind, "Kind"), (description.FieldKind, "FieldKind")]
)
def test_the_console_draws_every_kind(kinds: object, type_name: str) -> None:
    union = re.search(rf"^export type {type_name} =(.*?)\n\n", WORDS, re.MULTILINE | re.DOTALL)
    assert union
    assert set(typing.get_args(kinds)) <= set(re.findall(r"'(\w+)'", union[1]))


def screens_of_all() -> list[Screen]:
    packages = ["cti.office.identity", *(plugin.package for plugin in find_plugins(ROOT))]
    return [*house_screens.SCREENS, *(one for package in packages for one in read_screens(package)[0])]


def test_the_first_page_has_every_icon_of_the_menu() -> None:
    """One icon that was not among the usual ones made every first load fetch all 1,700 of them, 137 KB packed."""
    groups = [
        group
        for one in ["cti.office.identity", *(p.package for p in find_plugins(ROOT))]
        for group in read_screens(one)[1]
    ]
    usual = set(re.findall(r"\b[A-Z]\w+", (SCREENS / "usual-icons.ts").read_text("utf-8").partition("export {")[2]))
    named = {one.icon for one in (*screens_of_all(), *groups)}
    assert {exported(name) for name in named} <= usual


def test_no_two_entries_of_the_menu_have_one_title() -> None:
    """班组 stood twice in an administrator's menu, and nobody knew which was which."""
    menu = (ROOT / "softphone/web/src/layout/menu.ts").read_text("utf-8")
    pages = dict(re.findall(r"^  \{ name: '(\w+)', title: '([^']+)'", menu, re.MULTILINE))
    assert {"desk", "board", "calls"} <= set(pages)
    # A described screen replaces a page of its name.
    titles = {**pages, **{one.name: one.title for one in screens_of_all()}}
    assert [title for title, times in Counter(titles.values()).items() if times > 1] == []


def test_every_component_that_a_screen_names_is_made() -> None:
    made = set(re.findall(r"^  (\w+): \(\) => import", (SCREENS / "registry.ts").read_text("utf-8"), re.MULTILINE))
    screens = screens_of_all()
    named = {one.component for one in screens} | {
        tab.component for one in screens if one.detail for tab in one.detail.tabs
    }
    # Those of plugins are files in their folders: `hotline check` looks for them.
    assert {one for one in named if one and "/" not in one} <= made


def test_no_two_keys_of_the_desk_do_two_things() -> None:
    """One key raised a hand and wrote a caller down under somebody's request as well."""
    desk = ROOT / "softphone/web/src/desk"
    taken = re.findall(r"^  \['Key([A-Z])', '", (desk / "keys/shortcuts.ts").read_text("utf-8"), re.MULTILINE)
    taken += re.findall(r"event\.code !== 'Key([A-Z])'", (desk / "HandButton.vue").read_text("utf-8"))
    assert {"H", "J"} <= set(taken)
    slots = [one for plugin in find_plugins(ROOT) for one in read_screens(plugin.package)[2]]
    taken += [one.key for one in slots if isinstance(one, DeskCard) and one.key]
    taken += [one.alike.key for one in slots if isinstance(one, DeskForm) and one.alike and one.alike.key]
    assert [key for key, times in Counter(taken).items() if times > 1] == []
