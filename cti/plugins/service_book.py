"""Every typed service of the running house: what it does, who offers it, who uses it and how, read from the code."""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from cti.base.manifest import Plugin
from cti.base.refusal import NotFound
from cti.plugins.host import Services

CORE = "cti"
EXAMPLE_LINES = 3
_USE = re.compile(r"\.(?:need|when|find)\((\w+)[,)]")
_NAMED = re.compile(r"(\w+)\s*=\s*[\w.]*\.(?:need|find)\(")


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """A public method: how it is called, and the first sentence of what it says."""

    name: str
    signature: str
    says: str


@dataclass(frozen=True, slots=True)
class Use:
    """Where somebody asks for a service: `by` is the plugin, `place` file and line, `lines` what stands there."""

    by: str
    place: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service. `offered_by` is a plugin's name, or `cti`; `name` is what one imports."""

    name: str
    module: str
    offered_by: str
    says: str
    methods: tuple[MethodFacts, ...]
    uses: tuple[Use, ...]

    @property
    def path(self) -> str:
        """Module and name, as code says it."""
        return f"{self.module}.{self.name}"

    @property
    def id(self) -> str:
        """The same for addresses of pages: what has a dot there is a file."""
        return self.path.replace(".", "-")

    @property
    def text(self) -> str:
        """All that it says, in small letters, to look for words in."""
        said = (self.path, self.says, self.offered_by, *(f"{each.name} {each.says}" for each in self.methods))
        return " ".join(said).lower()

    @property
    def example(self) -> Use | None:
        """The use that shows most."""
        return max(self.uses, key=lambda one: len(one.lines), default=None)


class ServiceBook:
    """Reads the sources once, when first asked; services come and go with their plugins."""

    def __init__(self, services: Services, root: Path, plugins: Iterable[Plugin]) -> None:
        self._services, self._root, self._plugins = services, root, list(plugins)
        self._uses: dict[type[Any], list[Use]] | None = None

    async def all(self) -> list[ServiceFacts]:
        """All that are offered now, by who offers them and name."""
        if self._uses is None:
            self._uses = await asyncio.to_thread(self._read)
        found = [facts_of(kind, by or CORE, self._uses.get(kind, ())) for kind, by in self._services.offered()]
        return sorted(found, key=lambda one: (one.offered_by != CORE, one.offered_by, one.name))

    async def one(self, id: str) -> ServiceFacts:
        """One by its id. NotFound."""
        for found in await self.all():
            if found.id == id:
                return found
        raise NotFound("no_service", "没有这个服务")

    def _read(self) -> dict[type[Any], list[Use]]:
        found: dict[type[Any], list[Use]] = {}
        for plugin in self._plugins:
            for path in sorted(plugin.folder.rglob("*.py")):
                inside = path.relative_to(plugin.folder).with_suffix("").parts
                # What no plugin that runs has imported is used by nobody.
                module = sys.modules.get(".".join((plugin.package, *inside)))
                if module is None:
                    continue
                place = path.relative_to(self._root) if path.is_relative_to(self._root) else path
                for kind, line, lines in _uses(path, vars(module)):
                    found.setdefault(kind, []).append(Use(plugin.name, f"{place}:{line}", lines))
        return found


def facts_of(kind: type[Any], offered_by: str, uses: Iterable[Use]) -> ServiceFacts:
    """What the class says of itself."""
    methods = tuple(
        MethodFacts(name, _signature(name, member), _first(inspect.getdoc(member)))
        for name, member in inspect.getmembers(kind, lambda one: inspect.isfunction(one) or isinstance(one, property))
        if not name.startswith("_")
    )
    return ServiceFacts(kind.__name__, kind.__module__, offered_by, inspect.getdoc(kind) or "", methods, tuple(uses))


class _Word(str):
    """A text that stands in a signature without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _signature(name: str, member: Any) -> str:
    if isinstance(member, property):
        said = inspect.signature(member.fget).return_annotation if member.fget else inspect.Signature.empty
        return name if said is inspect.Signature.empty else f"{name}: {_annotation(said)!r}"
    found = inspect.signature(member)
    own = [
        one.replace(annotation=_annotation(one.annotation), default=_default(one.default))
        for one in found.parameters.values()
        if one.name != "self"
    ]
    whole = found.replace(parameters=own, return_annotation=_annotation(found.return_annotation))
    return f"{'await ' if inspect.iscoroutinefunction(member) else ''}{name}{whole}"


def _annotation(said: Any) -> Any:
    if said is inspect.Signature.empty:
        return said
    return _Word(said if isinstance(said, str) else inspect.formatannotation(said))


def _default(said: Any) -> Any:
    return _Word(f"{type(said).__name__}.{said.name}") if isinstance(said, Enum) else said


def _first(doc: str | None) -> str:
    return " ".join((doc or "").partition("\n\n")[0].split())


def _uses(path: Path, names: dict[str, Any]) -> Iterator[tuple[type[Any], int, tuple[str, ...]]]:
    text = path.read_text("utf-8")
    if _USE.search(text) is None:
        return
    lines = text.splitlines()
    for at, line in enumerate(lines):
        for match in _USE.finditer(line):
            kind = names.get(match[1])
            if isinstance(kind, type):
                yield kind, at + 1, (line.strip(), *_then(lines[at + 1 :], line))


def _then(below: list[str], line: str) -> Iterator[str]:
    """What is done with the service in the lines below, where it has a name."""
    named = _NAMED.search(line)
    if named is None:
        return
    called = re.compile(rf"\b{named[1]}\.\w+\(")
    depth = len(line) - len(line.lstrip())
    found = 0
    for one in below:
        if one.strip() and len(one) - len(one.lstrip()) < depth:
            return
        if called.search(one):
            yield one.strip()
            found += 1
            if found == EXAMPLE_LINES:
                return
