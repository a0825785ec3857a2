import shutil
import subprocess
from pathlib import Path

import pytest
from setup.apt import ScratchApt, unpack
from setup.progress import Progress, SetupError
from setup.sources import Source

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="only on Debian and Ubuntu")


@pytest.fixture
def archive(tmp_path: Path) -> Source:
    """A package archive of two packages, one of which needs the other."""
    folder = tmp_path / "archive"
    folder.mkdir()
    entries = []
    for name, needs in (("talk", "Depends: libtalk\n"), ("libtalk", "")):
        tree = tmp_path / name
        (tree / "DEBIAN").mkdir(parents=True)
        control = f"Package: {name}\nVersion: 1:22.1-1\nArchitecture: all\nMaintainer: x <x@x>\n{needs}Description: x\n"
        (tree / "DEBIAN/control").write_text(control)
        for file in (f"usr/bin/{name}", f"etc/{name}.conf", f"usr/share/doc/{name}/README"):
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            (tree / file).write_text(name)
        subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, folder], check=True, capture_output=True)
        deb = next(folder.glob(f"{name}_*.deb"))
        entries.append(f"{control}Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {_sha256(deb)}\n")
    (folder / "Packages").write_text("\n".join(entries))
    return Source(f"file:{folder}", ("./",), (), {"Trusted": "yes"})


def _sha256(path: Path) -> str:
    done = subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True)
    return done.stdout.split()[0]


def test_a_package_is_found_and_unpacked_without_its_documents_and_settings(archive: Source, tmp_path: Path) -> None:
    apt = ScratchApt(tmp_path / "scratch apt", [archive], Progress(tmp_path / "logs"))
    apt.update()
    assert apt.version("talk") == "1:22.1-1"
    assert apt.version("no-such-package") is None
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    folder = Path(archive.uri.removeprefix("file:"))
    unpack(sorted(folder.glob("*.deb")), prefix)
    files = sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file())
    assert files == ["usr/bin/libtalk", "usr/bin/talk"]


def test_a_source_that_does_not_answer_is_passed_over_unless_it_is_the_only_one(
    archive: Source, tmp_path: Path
) -> None:
    dead = Source(f"file:{tmp_path}/nowhere", ("./",), (), {"Trusted": "yes"})
    apt = ScratchApt(tmp_path / "both", [dead, archive], Progress(tmp_path / "logs"))
    apt.update()
    assert apt.version("libtalk") == "1:22.1-1"
    with pytest.raises(SetupError, match="no package list"):
        ScratchApt(tmp_path / "one", [dead], Progress(tmp_path / "logs")).update()


def test_a_damaged_package_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.deb"
    broken.write_bytes(b"!<arch>\nhalf")
    with pytest.raises(SetupError, match=r"broken\.deb"):
        unpack([broken], tmp_path)
