"""Reads the machine's own apt sources, in both of their formats. See sources.list(5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One place that packages come from: address, suites, components and options in deb822 spelling."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)


_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s*(?P<rest>[^#]*)")
_OPTIONS = {"arch": "Architectures", "signed-by": "Signed-By", "trusted": "Trusted"}
_OFF = {"no", "false", "0", "off", "without", "disable"}


def parse_one_line(text: str) -> Iterator[Source]:
    """Yield the sources of a ``sources.list``; lines that are comments or ``deb-src`` are left out."""
    for line in text.splitlines():
        match = _ONE_LINE.match(line.strip())
        if not match:
            continue
        pairs = (word.partition("=") for word in (match["options"] or "").split())
        options = {_OPTIONS[name]: value.replace(",", " ") for name, _, value in pairs if name in _OPTIONS}
        yield Source(match["uri"], (match["suite"],), tuple(match["rest"].split()), options)


def parse_deb822(text: str) -> Iterator[Source]:
    """Yield the enabled binary sources of a ``.sources`` file, one for each address of each paragraph."""
    for paragraph in _paragraphs(text):
        if "deb" not in paragraph.get("types", "").split():
            continue
        if paragraph.get("enabled", "yes").strip().lower() in _OFF:
            continue
        options = {name: paragraph[name.lower()] for name in _OPTIONS.values() if name.lower() in paragraph}
        for uri in paragraph.get("uris", "").split():
            yield Source(
                uri,
                tuple(paragraph.get("suites", "").split()),
                tuple(paragraph.get("components", "").split()),
                options,
            )


def _paragraphs(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                yield fields
            fields, name = {}, ""
        elif line[0] in " \t":
            if name:
                fields[name] += "\n" + line.rstrip()
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()


def machine_sources(etc: Path = Path("/etc/apt")) -> list[Source]:
    """Return every enabled binary source of this machine."""
    found: list[Source] = []
    parts = etc / "sources.list.d"
    lists = [etc / "sources.list", *sorted(parts.glob("*.list"))]
    for path in lists:
        if path.is_file():
            found += parse_one_line(path.read_text(encoding="utf-8", errors="replace"))
    for path in sorted(parts.glob("*.sources")):
        found += parse_deb822(path.read_text(encoding="utf-8", errors="replace"))
    return found


def debian_archive(sources: Iterable[Source]) -> Source | None:
    """Return the source that carries Debian's main archive, which has every suite; None if there is none.

    Third parties, too, call a folder ``debian``: the one signed with Debian's own keys comes first, then one that
    names no key.
    """
    found = [source for source in sources if _looks_like_archive(source)]
    return min(found, key=_key_rank, default=None)


def _looks_like_archive(source: Source) -> bool:
    if source.uri.startswith(("file:", "cdrom:", "copy:")) or "main" not in source.components:
        return False
    folder = source.uri.rstrip("/").rpartition("/")[2]
    return folder.startswith("debian") and "security" not in folder and any(map(_plain, source.suites))


def _key_rank(source: Source) -> int:
    key = source.options.get("Signed-By")
    if key is None:
        return 1
    return 0 if "debian-archive" in key else 2


def _plain(suite: str) -> bool:
    return re.fullmatch(r"[a-z]+", suite) is not None


def as_deb822(source: Source) -> str:
    """Write ``source`` as one deb822 paragraph."""
    lines = [
        "Types: deb",
        f"URIs: {source.uri}",
        f"Suites: {' '.join(source.suites)}",
    ]
    if source.components:
        lines.append(f"Components: {' '.join(source.components)}")
    lines += [f"{name}: {value}" for name, value in source.options.items()]
    return "\n".join(lines) + "\n"
