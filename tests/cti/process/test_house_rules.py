"""The rooms' import rules, on this house and on one that breaks each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.base.cli_settings import ROOT
from cti.plugins import find_plugins
from cti.process.house_rules import broken_imports


def test_this_house_keeps_its_rules() -> None:
    assert broken_imports(ROOT, find_plugins(ROOT)) == []


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        ("cti/x.py", "import acd.service", "cti must not import acd.service"),
        ("cti/base/x.py", "from cti.store.engine import Store", "stands above or beside it"),
        ("cti/office/x.py", "from cti.telephony.calls import Calls", "stands above or beside it"),
        ("cti/telephony/x.py", "from cti.web.host import Web", "stands above or beside it"),
        ("cti/web/x.py", "import cti.attic.trunk", "cti/attic is no storey"),
        ("workflow/a/x.py", "from cti.process.app import Engine", "must not import cti.process.app"),
        ("acd/x.py", "from ivr import house", "acd must not import ivr"),
        ("workflow/a/x.py", "from workflow.b.service import B", "neither needs nor uses workflow.b"),
        ("workflow/b/x.py", "from workflow.a.models import Row", "that is workflow.a's own"),
        ("workflow/b/x.py", "from workflow.a import screens", "that is workflow.a's own"),
        ("workflow/b/x.py", "from cti.office.identity.models import PersonRow", "the core's tables are its own"),
    ],
)
def test_what_breaks_them_is_named_with_file_and_line(tmp_path: Path, file: str, code: str, said: str) -> None:
    for name, needs in (("a", []), ("b", ["a"])):
        folder = tmp_path / "workflow" / name
        folder.mkdir(parents=True)
        (folder / "manifest.toml").write_text(f'name = "{name}"\ntitle = "{name}"\nneeds = {needs}\n')
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"import json\n{code}\n")
    found = broken_imports(tmp_path, find_plugins(tmp_path))
    assert found and all(line.startswith(f"{file}:2: ") for line in found)
    assert any(said in line for line in found), found


def test_what_they_allow_is_not_named(tmp_path: Path) -> None:
    for name, needs in (("a", []), ("b", ["a"]), ("c", ["b"])):
        folder = tmp_path / "workflow" / name
        folder.mkdir(parents=True)
        (folder / "manifest.toml").write_text(f'name = "{name}"\ntitle = "{name}"\nneeds = {needs}\n')
    core = ("cti.office.records import Records", "cti.process.health import Health")
    allowed = ("workflow.a.service import A", *core, "workflow.c.models import Row")
    (tmp_path / "workflow" / "c" / "x.py").write_text("".join(f"from {one}\n" for one in allowed))
    assert broken_imports(tmp_path, find_plugins(tmp_path)) == []
