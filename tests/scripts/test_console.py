from pathlib import Path

import pytest
from setup.console import Console, node_version
from setup.environment import Environment
from setup.progress import Progress, SetupError

NPM = """\
echo "$@" >> "$LOG"
[ "$1" = ci ] && mkdir -p node_modules
[ "$1 $2" = "run build" ] && { grep -q broken src/main.ts && exit 1; mkdir -p dist; }
exit 0
"""


def program(path: Path, body: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_the_console_is_built_once_again_after_a_change_and_again_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin/node", "echo v22.20.0")
    program(tmp_path / "bin/npm", NPM)
    log = tmp_path / "npm"
    monkeypatch.setenv("LOG", str(log))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    console = Console(tmp_path, Environment(tmp_path))
    progress = Progress(tmp_path / "logs")
    console.ensure_built(progress)
    assert not console.exists
    (console.web / "src").mkdir(parents=True)
    main = console.web / "src" / "main.ts"
    for name in ("package.json", "package-lock.json", "src/main.ts"):
        (console.web / name).touch()

    def calls() -> list[str]:
        done = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return done

    console.ensure_built(progress)
    assert calls() == ["ci --no-audit --no-fund", "run build"]
    console.ensure_built(progress)
    assert calls() == []
    main.write_text("broken")
    with pytest.raises(SetupError, match="status 1"):
        console.ensure_built(progress)
    assert calls() == ["run build"]
    main.write_text("")
    console.ensure_built(progress)
    assert calls() == ["run build"]
    own = tmp_path / "workflow/notes/web/Notes.vue"
    own.parent.mkdir(parents=True)
    own.touch()
    (tmp_path / "workflow/notes/plugin.py").touch()
    console.ensure_built(progress)
    assert calls() == ["run build"]
    (console.web / "package-lock.json").write_text("{}")
    console.ensure_built(progress)
    assert calls() == ["ci --no-audit --no-fund", "run build"]


@pytest.mark.parametrize(
    ("body", "version"),
    [("echo v22.20.0", (22, 20)), ("echo v18.19.1", (18, 19)), ("echo hello", (0, 0)), ("exit 1", (0, 0))],
)
def test_node_version(body: str, version: tuple[int, int], tmp_path: Path) -> None:
    node = tmp_path / "node"
    program(node, body)
    assert node_version(str(node)) == version


def test_a_node_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    assert node_version(None) == (0, 0)
    assert node_version(str(tmp_path / "node")) == (0, 0)
