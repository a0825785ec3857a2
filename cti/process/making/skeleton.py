"""A new plugin from the files of `skeleton/`: one table, its service, routes, screen, migration and tests."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from cti.base.manifest import PluginError, find_plugins

SKELETON = Path(__file__).parent / "skeleton"
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
TESTS = "test_plugin.py"


def make_plugin(root: Path, name: str, title: str = "") -> list[Path]:
    """Write `workflow/NAME` and `tests/workflow/NAME` below `root`; returns the files. PluginError changes nothing."""
    if not NAME.fullmatch(name):
        raise PluginError(f"{name!r} is no name for a plugin: lower-case letters, digits and _, a letter first")
    if any(one.name == name for one in find_plugins(root)):
        raise PluginError(f"there is a plugin {name} already")
    folder, tests = root / "workflow" / name, root / "tests" / "workflow" / name
    for path in (folder, tests):
        if path.exists():
            raise PluginError(f"{path} is there already")
    one = name.removesuffix("s") or name
    words = {"name": name, "one": one, "title": title or name, "Many": _camel(name), "One": _camel(one)}
    if words["Many"] == words["One"]:
        words["Many"] += "Service"
    written = []
    for source in sorted(SKELETON.rglob("*.txt")):
        place = source.relative_to(SKELETON).with_suffix("")
        path = tests / f"test_{name}.py" if place.name == TESTS else folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(source.read_text("utf-8")).substitute(words), "utf-8")
        written.append(path)
    return written


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
