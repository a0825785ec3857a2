"""The console knows every word in which screens are described, and every component that they name."""

import re
import typing
from pathlib import Path

import pytest

from cti import house_screens
from cti.plugins.manifest import find_plugins
from cti.screens import (
    Action,
    Chart,
    Column,
    Detail,
    Field,
    Filter,
    Group,
    List,
    Option,
    Screen,
    Series,
    Tab,
    Tile,
    description,
)
from cti.screens.description import Part
from cti.screens.registry import read_screens

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "softphone/web/src/screens"
WORDS = (SCREENS / "description.ts").read_text("utf-8")


def keys_of(interface: str) -> set[str]:
    """The keys of an exported interface of the console."""
    found = re.search(rf"^export interface {interface} \{{\n(.*?)^\}}", WORDS, re.MULTILINE | re.DOTALL)
    assert found, f"description.ts has no {interface}"
    return set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))


@pytest.mark.parametrize(
    "part", [Action, Chart, Column, Detail, Field, Filter, Group, List, Option, Screen, Series, Tab, Tile]
)
def test_the_console_knows_every_key(part: type[Part]) -> None:
    said = {field.serialization_alias or name for name, field in part.model_fields.items()}
    assert said <= keys_of(part.__name__)


@pytest.mark.parametrize(
    ("kinds", "type_name"), [(description.ColumnKind, "Kind"), (description.FieldKind, "FieldKind")]
)
def test_the_console_draws_every_kind(kinds: object, type_name: str) -> None:
    union = re.search(rf"^export type {type_name} =(.*?)\n\n", WORDS, re.MULTILINE | re.DOTALL)
    assert union
    assert set(typing.get_args(kinds)) <= set(re.findall(r"'(\w+)'", union[1]))


def test_every_component_that_a_screen_names_is_made() -> None:
    made = set(re.findall(r"^  (\w+): \(\) => import", (SCREENS / "registry.ts").read_text("utf-8"), re.MULTILINE))
    packages = ["cti.identity", *(plugin.package for plugin in find_plugins(ROOT))]
    screens = [*house_screens.SCREENS, *(one for package in packages for one in read_screens(package)[0])]
    named = {one.component for one in screens} | {
        tab.component for one in screens if one.detail for tab in one.detail.tabs
    }
    assert named - {None} <= made
