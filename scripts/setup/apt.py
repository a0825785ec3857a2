"""Downloads and unpacks packages through apt directories of our own: no root needed, the system untouched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from setup.progress import Progress, SetupError
from setup.sources import Source, as_deb822

LEFT_OUT = (
    "./etc",
    "./var",
    "./usr/share/doc",
    "./usr/share/man",
    "./usr/share/info",
    "./usr/share/locale",
    "./usr/share/lintian",
    "./usr/share/perl",
    "./usr/lib/*/perl",
    "./usr/lib/*/perl-base",
)
DPKG_STATUS = Path("/var/lib/dpkg/status")


class ScratchApt:
    """An apt with its own lists and archives under ``root`` that knows only ``sources``.

    Nothing counts as installed, so that a download brings everything, C library included; unless ``status`` names
    dpkg's own list of what is installed: then it brings only what is missing.
    """

    def __init__(self, root: Path, sources: Iterable[Source], progress: Progress, status: Path | None = None) -> None:
        self._root = root
        self._progress = progress
        for folder in ("lists/partial", "archives/partial", "parts"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "machine.sources").write_text("\n".join(map(as_deb822, sources)), encoding="utf-8")
        for name in ("status", "preferences"):
            (root / name).touch()
        settings = {
            "Dir::Etc::SourceList": root / "machine.sources",
            "Dir::Etc::SourceParts": root / "parts",
            "Dir::State": root,
            "Dir::State::Lists": root / "lists",
            "Dir::State::Status": status or root / "status",
            "Dir::State::Extended_States": root / "extended_states",
            "Dir::Cache": root,
            "Dir::Cache::Archives": root / "archives",
            "Dir::Cache::PkgCache": "",
            "Dir::Cache::SrcPkgCache": "",
            "Dir::Log": root,
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            # The user that downloads: the usual `_apt` cannot enter a home directory.
            "APT::Sandbox::User": "root",
            "Debug::NoLocking": "true",
        }
        if status is None:
            settings["Dir::Etc::Preferences"] = root / "preferences"
            settings["Dir::Etc::PreferencesParts"] = root / "parts"
        self._options = [f"-o{name}={value}" for name, value in settings.items()]
        self._env = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}

    def _apt(self, *words: str, cwd: Path | None = None) -> str:
        tool, *rest = words
        return self._progress.run("apt", [tool, *self._options, *rest], cwd=cwd, env=self._env)

    def update(self) -> None:
        """Fetch the package lists; a source that does not answer is passed over. Raises SetupError if none does."""
        try:
            output = self._apt("apt-get", "-q", "update")
        except SetupError as error:
            output = str(error)
        if not any(self._root.glob("lists/*Packages*")):
            raise SetupError(f"no package list could be fetched:\n{output}")

    def version(self, package: str) -> str | None:
        """Return the version of ``package`` that would be installed, or None if the sources lack it."""
        output = self._apt("apt-cache", "policy", package)
        match = re.search(r"^\s+Candidate:\s*(\S+)", output, re.MULTILINE)
        return None if match is None or match[1] == "(none)" else match[1]

    def download(self, packages: Sequence[str]) -> list[Path]:
        """Download ``packages`` with all that they depend on and return the package files."""
        self._apt("apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install", *packages)
        found = sorted((self._root / "archives").glob("*.deb"))
        if not found:
            raise SetupError(f"apt downloaded nothing for {', '.join(packages)}")
        return found

    def download_alone(self, package: str) -> Path:
        """Download one package without what it depends on and return its file."""
        self._apt("apt-get", "-q", "download", package, cwd=self._root)
        return next(self._root.glob(f"{package}_*.deb"))


def require_tools() -> None:
    """Raise SetupError unless apt and dpkg are there."""
    missing = [tool for tool in ("apt-get", "apt-cache", "dpkg-deb", "tar") if shutil.which(tool) is None]
    if missing:
        raise SetupError(f"{', '.join(missing)} not found: packages can be fetched on Debian and Ubuntu only")


def unpack(packages: Iterable[Path], prefix: Path, left_out: Sequence[str] = LEFT_OUT) -> None:
    """Unpack package files into ``prefix`` without running any of their scripts."""
    command = ["tar", "-x", "--no-same-owner", "--no-same-permissions", "--wildcards", f"--directory={prefix}"]
    command += [f"--exclude={pattern}" for pattern in left_out]
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as deb:
            tar = subprocess.run(command, stdin=deb.stdout, capture_output=True, text=True, check=False)
        if tar.returncode or deb.returncode:
            raise SetupError(f"cannot unpack {package.name}: {tar.stderr.strip() or 'the file is damaged'}")
