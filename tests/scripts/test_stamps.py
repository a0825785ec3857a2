from pathlib import Path

from setup.stamps import Stamp, files_below, fingerprint


def test_fingerprint_changes_with_content_name_and_facts(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_text("one")
    b.write_text("one")
    marks = {fingerprint([a]), fingerprint([b]), fingerprint([a], "3.13"), fingerprint([a, b]), fingerprint([b, a])}
    assert len(marks) == 5
    before = fingerprint([a])
    assert fingerprint([a]) == before
    a.write_text("two")
    assert fingerprint([a]) != before
    a.unlink()
    missing = fingerprint([a])
    a.touch()
    assert fingerprint([a]) != missing


def test_files_below_leaves_out_what_is_built(tmp_path: Path) -> None:
    for name in ("src/main.ts", "src/dist.ts", "dist/index.html", "src/node_modules/x.js", "package.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [str(path.relative_to(tmp_path)) for path in files_below(tmp_path, frozenset({"dist", "node_modules"}))]
    assert found == ["package.json", "src/dist.ts", "src/main.ts"]


def test_a_stamp_matches_only_what_was_written(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamp")
    assert not stamp.matches("a")
    stamp.write("a")
    assert stamp.matches("a")
    assert not stamp.matches("b")
    stamp.clear()
    stamp.clear()
    assert not stamp.matches("a")
