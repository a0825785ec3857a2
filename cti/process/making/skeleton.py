"""A new plugin from the files of `skeleton/`: one table, its service, routes, screen, migration and tests.

In the checkout it stands in `workflow/`, its tests in `tests/workflow/`. In a folder elsewhere both stand side by side,
with what pytest must know.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from cti.base.manifest import PluginError, find_plugins

SKELETON = Path(__file__).parent / "skeleton"
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
TESTS = "test_plugin.py"


ELSEWHERE = {
    "pyproject.toml": """\
[tool.pytest.ini_options]
asyncio_mode = "auto"
asyncio_default_fixture_loop_scope = "function"
testpaths = ["tests"]
pythonpath = ["."]
addopts = "--import-mode=importlib"
""",
    "conftest.py": """\
\"\"\"Stores on both databases, as the hotline's own tests have them.\"\"\"

pytest_plugins = ["cti.testing.databases"]
""",
}
"""Files beside plugins that stand outside of the checkout, which all of them share."""


def make_plugin(root: Path, name: str, title: str = "", *, outside: bool = False) -> list[Path]:
    """Write `workflow/NAME` and `tests/workflow/NAME` below `root`; returns the files. PluginError changes nothing.

    `outside` of the checkout `NAME` and `tests/NAME`, and what pytest must know, where it is not there.
    """
    if not NAME.fullmatch(name):
        raise PluginError(f"{name!r} is no name for a plugin: lower-case letters, digits and _, a letter first")
    if any(one.name == name for one in find_plugins(root)):
        raise PluginError(f"there is a plugin {name} already")
    room = Path() if outside else Path("workflow")
    folder, tests = root / room / name, root / "tests" / room / name
    for path in (folder, tests):
        if path.exists():
            raise PluginError(f"{path} is there already")
    one = name.removesuffix("s") or name
    package = name if outside else f"workflow.{name}"
    words = {
        "name": name,
        "package": package,
        "one": one,
        "title": title or name,
        "Many": _camel(name),
        "One": _camel(one),
    }
    if words["Many"] == words["One"]:
        words["Many"] += "Service"
    written = []
    for source in sorted(SKELETON.rglob("*.txt")):
        place = source.relative_to(SKELETON).with_suffix("")
        path = tests / f"test_{name}.py" if place.name == TESTS else folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(source.read_text("utf-8")).substitute(words), "utf-8")
        written.append(path)
    for file, text in ELSEWHERE.items() if outside else ():
        if not (path := root / file).exists():
            path.write_text(text, "utf-8")
            written.append(path)
    return written


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
