"""Code that was saved runs when it can be run; what cannot is told with file and line, and nothing else happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.process.reloading import Reloading, fault, sources


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path / "workflow"))
    before = set(sys.modules)
    folder = tmp_path / "acd"
    folder.mkdir()
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        (root / "acd" / f"{name}.py").write_text(text)


def test_every_room_is_watched_but_nothing_that_is_made(tmp_path: Path) -> None:
    for name in ("cti/base/x.py", "workflow/notes/manifest.toml", "workflow/notes/web/node_modules/x.py", "tests/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {str(path.relative_to(tmp_path)) for path in sources(tmp_path)}
    assert found == {"cti/base/x.py", "workflow/notes/manifest.toml"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(:\n    pass\n", "acd/broken.py:1: SyntaxError: invalid syntax"),
        ("x = 1\ny = (\n", "acd/broken.py:2: SyntaxError: '(' was never closed"),
    ],
)
def test_a_syntax_error_is_told_with_its_line_though_nothing_imports_the_file(root: Path, code: str, said: str) -> None:
    write(root, broken=code)
    assert fault(root) == said


def test_what_fails_when_it_is_imported_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "workflow" / "tr_notes"
    folder.mkdir(parents=True)
    monkeypatch.setattr("workflow.__path__", [str(tmp_path / "workflow")])
    (folder / "__init__.py").touch()
    (folder / "manifest.toml").write_text('name = "tr_notes"\ntitle = "便签"\n')
    (folder / "plugin.py").write_text("from workflow.tr_notes.service import Notes\n")
    (folder / "service.py").write_text("\n\nclass Notes(Nothing):\n    pass\n")
    assert fault(tmp_path) == "workflow/tr_notes/service.py:3: NameError: name 'Nothing' is not defined"
    (folder / "service.py").write_text("class Notes:\n    pass\n")
    assert fault(tmp_path) == ""
    (folder / "manifest.toml").write_text('name = "tr_notes"\n')
    assert "workflow/tr_notes/manifest.toml: title" in fault(tmp_path)


async def test_only_what_can_be_run_takes_the_place_of_what_runs(root: Path) -> None:
    said: list[str] = []
    renewed: list[bool] = []
    reloading = Reloading(root, lambda: renewed.append(True), said.append)
    write(root, broken="x = (\n")
    await reloading.take()
    assert renewed == [] and "acd/broken.py:1: SyntaxError" in said[0] and "goes on" in said[0]
    write(root, broken="x = ()\n")
    await reloading.take()
    assert renewed == [True]
