"""What a plugin is and needs, as its `manifest.toml` says; finding them, and the order in which they start."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pydantic

from cti.base.events import EVENT_TYPES
from cti.base.plugin_events import take_in

ELSEWHERE = "HOTLINE_PLUGINS"
"""The environment variable that names folders with plugins outside of the checkout, with `:` between them."""


class PluginError(Exception):
    """A plugin cannot be used; the message names it and says why."""


class Manifest(pydantic.BaseModel, extra="forbid"):
    """`manifest.toml`: what a plugin is and needs.

    `needs` names plugins that must run first; `uses` those whose services it takes while they are there: it starts
    after them, and without them when they do not start (`Host.when`); `permissions` maps each permission it asks for to
    its Chinese title; `grants` gives permissions of its own to the roles that every hotline starts with, once; `hears`
    and `tells` name event types, of the core and of plugins' modules `events`. Calls go through an `essential` one: it
    stops with the engine only. Those and the ones `at_the_door`, which decide about callers before the answer, start
    before the engine serves; all others while it serves already. `commands` are those of the command line that its
    module `commands` adds.
    """

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    version: str = "1"
    needs: list[str] = []
    uses: list[str] = []
    permissions: dict[str, str] = {}
    grants: dict[str, list[str]] = {}
    hears: list[str] = []
    tells: list[str] = []
    essential: bool = False
    at_the_door: bool = False
    commands: list[str] = []

    @pydantic.model_validator(mode="after")
    def _grants_its_own(self) -> Manifest:
        granted = {name for names in self.grants.values() for name in names}
        if foreign := sorted(granted - set(self.permissions)):
            raise ValueError(f"grants what are not its permissions: {', '.join(foreign)}")
        return self

    @pydantic.field_validator("hears", "tells")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if unknown := [name for name in names if name not in EVENT_TYPES]:
            raise ValueError(f"unknown events: {', '.join(unknown)}")
        return names


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin found on disk; `package` is its Python package, such as `acd` or `workflow.tickets`."""

    manifest: Manifest
    folder: Path
    package: str

    @property
    def name(self) -> str:
        """Its name, which is also its section in the settings."""
        return self.manifest.name


def read_manifest(folder: Path, package: str) -> Plugin:
    """Read `manifest.toml`; PluginError names the file and the field."""
    path = folder / "manifest.toml"
    try:
        return Plugin(Manifest.model_validate(tomllib.loads(path.read_text("utf-8"))), folder, package)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PluginError(f"{path}: {error}") from None
    except pydantic.ValidationError as error:
        found = error.errors()[0]
        raise PluginError(f"{path}: {'.'.join(str(part) for part in found['loc'])}: {found['msg']}") from None


def find_plugins(root: Path) -> list[Plugin]:
    """Every folder with a manifest, one or two levels below `root`; PluginError when one cannot be read."""
    folders = _folders(root)
    for folder, package in folders:
        _take_in_events(folder, package)
    return [read_manifest(folder, package) for folder, package in folders]


def survey(root: Path) -> tuple[list[Plugin], dict[str, str]]:
    """Those that can be started, in order, and for the others, by name or folder, why they cannot.

    A broken plugin must not keep the engine from its calls: only `find_plugins` and `in_order` are strict.
    """
    found: dict[str, Plugin] = {}
    broken: dict[str, str] = {}
    folders = _folders(root)
    # Before any manifest: what one plugin hears, another tells.
    for folder, package in folders:
        try:
            _take_in_events(folder, package)
        except PluginError as error:
            broken[folder.name] = str(error)
    for folder, package in folders:
        if folder.name in broken:
            continue
        try:
            plugin = read_manifest(folder, package)
        except PluginError as error:
            broken[folder.name] = str(error)
            continue
        if plugin.name in found:
            broken[folder.name] = f"{folder}: {found[plugin.name].folder} has the same name"
        else:
            found[plugin.name] = plugin
    while True:
        try:
            return in_order(found.values()), broken
        except PluginError as error:
            bad = next(name for name in found if not _is_startable(name, found))
            broken[bad] = str(error)
            del found[bad]


def _take_in_events(folder: Path, package: str) -> None:
    try:
        take_in(folder, package)
    except Exception as error:
        raise PluginError(f"{folder / 'events.py'}: {type(error).__name__}: {error}") from error


def _is_startable(name: str, among: dict[str, Plugin]) -> bool:
    seen: set[str] = set()

    def fits(one: str, path: tuple[str, ...]) -> bool:
        if one in path or one not in among:
            return False
        if one in seen:
            return True
        seen.add(one)
        return all(fits(need, (*path, one)) for need in among[one].manifest.needs)

    return fits(name, ())


def _folders(root: Path) -> list[tuple[Path, str]]:
    paths = sorted([*root.glob("*/manifest.toml"), *root.glob("workflow/*/manifest.toml")])
    found = [(path.parent, ".".join(path.parent.relative_to(root).parts)) for path in paths]
    for place in elsewhere():
        if str(place) not in sys.path:
            sys.path.append(str(place))
        found += [(path.parent, path.parent.name) for path in sorted(place.glob("*/manifest.toml"))]
    return found


def elsewhere() -> list[Path]:
    """The folders outside of the checkout in which plugins stand."""
    return [Path(one) for one in os.environ.get(ELSEWHERE, "").split(os.pathsep) if one]


def in_order(plugins: Iterable[Plugin]) -> list[Plugin]:
    """Sorted so that each comes after what it needs and uses; PluginError names unknown needs and cycles."""
    by_name: dict[str, Plugin] = {}
    for plugin in plugins:
        if plugin.name in by_name:
            raise PluginError(f"two plugins are named {plugin.name}: {by_name[plugin.name].folder}, {plugin.folder}")
        by_name[plugin.name] = plugin
    ordered: dict[str, Plugin] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in ordered:
            return
        if name in path:
            raise PluginError("plugins need each other in a circle: " + " → ".join((*path[path.index(name) :], name)))
        if name not in by_name:
            raise PluginError(f"{path[-1]} needs {name}, which does not exist")
        for need in by_name[name].manifest.needs:
            visit(need, (*path, name))
        for use in by_name[name].manifest.uses:
            # One that is missing, or uses this one in its turn, keeps nobody from starting.
            if use in by_name and use not in path:
                visit(use, (*path, name))
        ordered[name] = by_name[name]

    for name in sorted(by_name):
        visit(name, ())
    return list(ordered.values())
