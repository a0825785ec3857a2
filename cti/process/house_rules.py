"""The rooms' import rules: `cti` imports no other room, and plugins use each other's services only, as they say.

Inside `cti`, a storey imports those below it; telephony and office stand side by side and do not know each other.

A plugin that imports another names it among what it needs or uses, and leaves its tables, routes and screens alone; the
core's tables are the core's. Another's events may be heard by who does neither: while it does not run, none are told.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from cti.base.manifest import Plugin

ROOMS = ("acd", "ivr", "recorder", "softphone", "workflow")

MAY_IMPORT: dict[str, frozenset[str]] = {
    "cti": frozenset(),
    "acd": frozenset({"cti"}),
    "ivr": frozenset({"cti", "acd"}),
    "recorder": frozenset({"cti"}),
    "softphone": frozenset({"cti", "acd", "ivr"}),
    "workflow": frozenset({"cti", "acd", "ivr", "recorder", "softphone"}),
}
"""Which rooms' services a room may name; tables and screens of another are nobody's."""

STOREYS = {"base": 0, "store": 1, "telephony": 2, "office": 2, "web": 3, "plugins": 4, "process": 5, "testing": 6}
"""How high each folder of `cti` stands. Those of one height do not know each other."""

FOR_ROOMS = ("cti.process.health", "cti.process.upkeep.condition")
"""What a plugin may name of what runs it: the health, and where it adds its own part."""

OWN = ("models", "migrations", "api", "screens", "plugin")
"""Modules of a plugin that are its own business."""


_IMPORT = re.compile(r"^[ \t]*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n]+)|import\s+([^\n]+))", re.MULTILINE)


def broken_imports(root: Path, plugins: Iterable[Plugin] = ()) -> list[str]:
    """Each import that the rules forbid, as `file:line: message`."""
    needs = _needs({plugin.package: plugin for plugin in plugins})
    found = []
    for room, allowed in MAY_IMPORT.items():
        for path in sorted((root / room).rglob("*.py")):
            place = path.relative_to(root)
            module = ".".join(place.with_suffix("").parts)
            wrong = partial(_wrong, room, allowed, module, _package(module, needs), needs)
            # Python's own reader takes fifty times as long: it reads again what looks wrong, for the line.
            if any(wrong(name) for name in _names(path.read_text("utf-8"))):
                found += [f"{place}:{line}: {said}" for line, name in _imports(path) if (said := wrong(name))]
    return found


def _wrong(
    room: str, allowed: frozenset[str], module: str, package: str, needs: Mapping[str, frozenset[str]], name: str
) -> str | None:
    return _why_not(room, allowed, package, name, needs) or _too_high(module, name)


def _names(text: str) -> Iterator[str]:
    """What stands in a module's imports, and perhaps in a text that looks like one."""
    for module, names, modules in _IMPORT.findall(text):
        for one in (names or modules).strip("() \n").split(","):
            name = one.split("#")[0].strip().partition(" as ")[0]
            yield f"{module}.{name}" if module else name


def _why_not(
    room: str, allowed: frozenset[str], package: str, name: str, needs: Mapping[str, frozenset[str]]
) -> str | None:
    top = name.partition(".")[0]
    if top not in MAY_IMPORT:
        return None
    if top != room and top not in allowed:
        return f"{room} must not import {name}"
    other = _package(name, needs)
    if not package or package == other:
        return None
    parts = name.split(".")
    if "models" in parts and top == "cti":
        return f"{package} must not import {name}: the core's tables are its own"
    if other and set(OWN) & set(parts):
        return f"{package} must not import {name}: that is {other}'s own"
    if other and other not in needs[package] and not name.startswith(f"{other}.events."):
        return f"{package} imports {name}, but neither needs nor uses {other}"
    return None


def _too_high(module: str, name: str) -> str | None:
    """What is wrong with a module of `cti`, or of a room, that names a storey of `cti`."""
    top, _, inside = name.partition(".")
    room, _, own = module.partition(".")
    if top != "cti" or "." not in inside:
        return None
    storey, at = inside.partition(".")[0], own.partition(".")[0]
    if room != "cti":
        foreign = storey == "testing" or (storey == "process" and not name.startswith(FOR_ROOMS))
        return f"{module} must not import {name}" if foreign else None
    if storey not in STOREYS:
        return f"cti/{storey} is no storey: {', '.join(STOREYS)}"
    if storey != at and STOREYS[storey] >= STOREYS.get(at, 0):
        return f"cti/{at} must not import {name}: that stands above or beside it"
    return None


def _package(name: str, known: Mapping[str, object]) -> str:
    """The plugin that a module belongs to; empty for none."""
    return next((one for one in known if name == one or name.startswith(f"{one}.")), "")


def _needs(plugins: Mapping[str, Plugin]) -> dict[str, frozenset[str]]:
    """By package, the packages that run before it: those that it needs, and theirs, and those that it uses."""
    by_name = {plugin.name: plugin for plugin in plugins.values()}

    def all_of(plugin: Plugin, seen: frozenset[str]) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for name in (*plugin.manifest.needs, *plugin.manifest.uses):
            if name in by_name and name not in seen:
                need = by_name[name]
                found |= {need.package} | all_of(need, seen | {name})
        return found

    return {package: all_of(plugin, frozenset()) for package, plugin in plugins.items()}


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of each import."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
