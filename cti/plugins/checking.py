"""The settings of all plugins, checked before anything starts.

A plugin that reads settings has a module `checks` with `check(settings, names)`: the problems of everything that it
reads when it starts, or DocumentError. What its settings may be named by others' it tells in `names(settings)`: kinds
such as `queue` and `flow`, and the names of each.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Collection, Iterable, Mapping
from types import ModuleType
from typing import Any

import structlog

from cti.base.files.documents import DocumentError, Problem
from cti.base.manifest import Plugin
from cti.base.settings import Settings

log = structlog.get_logger(__name__)

Names = Mapping[str, Collection[str]]
"""What may be named in this house; a kind of which nobody tells is not here, and everything may be named."""


def checks_of(plugin: Plugin) -> ModuleType | None:
    """The plugin's module `checks`, None when it has none."""
    name = f"{plugin.package}.checks"
    return importlib.import_module(name) if importlib.util.find_spec(name) is not None else None


def section_problems(settings: Settings, plugins: Iterable[Plugin]) -> list[Problem]:
    """Everything that is wrong in the sections of these plugins, and in the numbers that lead to their flows."""
    modules: dict[str, ModuleType] = {}
    for plugin in plugins:
        try:
            found = checks_of(plugin)
        except Exception:
            # It will not start either, and says so then: one broken plugin keeps nobody from the telephone.
            log.exception("the settings of a plugin cannot be checked", plugin=plugin.name)
            continue
        if found is not None:
            modules[plugin.name] = found
    names: dict[str, Collection[str]] = {}
    for module in modules.values():
        if hasattr(module, "names"):
            try:
                names |= module.names(settings)
            except DocumentError:
                continue  # Its check says the same.
    problems = _number_problems(settings, names)
    for module in modules.values():
        problems += _asked(module.check, settings, names)
    # Two plugins may read the same file.
    return list(dict.fromkeys(problems))


def _asked(check: Callable[[Settings, Names], Any], settings: Settings, names: Names) -> list[Problem]:
    try:
        return list(check(settings, names))
    except DocumentError as error:
        return list(error.problems)


def _number_problems(settings: Settings, names: Names) -> list[Problem]:
    if "flow" not in names:
        return []
    return [
        settings.problem(("numbers", number, "flow"), f"numbers.{number}.flow: unknown flow {one.flow!r}")
        for number, one in settings.house.numbers.items()
        if one.flow not in names["flow"]
    ]
