"""The console's built files, read once and served from memory: no path of a request ever reaches the disk."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

COMPRESSED = (".html", ".js", ".css", ".svg", ".json", ".map", ".txt")
HASHED = "assets/"
"""Vite's folder of files whose names change with their content."""

MISSING = "<!doctype html><meta charset=utf-8><title>话务工作台</title><p>控制台尚未构建，请先运行安装脚本。"


@dataclass(frozen=True, slots=True)
class File:
    """A file: its bytes, and the same compressed when that is worth it."""

    body: bytes
    zipped: bytes | None
    type: str
    tag: str
    cache: str


class Console:
    """The files below `folder`; none when it does not exist (yet)."""

    def __init__(self, files: dict[str, File]) -> None:
        self._files = files

    @classmethod
    def load(cls, folder: Path | None) -> Console:
        """Read all files; blocking."""
        if folder is None or not folder.is_dir():
            return cls({})
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return cls({path.relative_to(folder).as_posix(): _read(path, folder) for path in found})

    def answer(self, request: web.Request) -> web.Response | None:
        """The file of the path; `index.html` for the console's own addresses; None when there is no such file."""
        name = request.path.lstrip("/")
        file = self._files.get(name)
        if file is None:
            if "." in name.rsplit("/", 1)[-1]:
                return None
            file = self._files.get("index.html")
        if file is None:
            return web.Response(status=503, text=MISSING, content_type="text/html")
        return _given(file, request)

    def file(self, name: str, request: web.Request) -> web.Response | None:
        """The file of exactly this name; None when there is none."""
        found = self._files.get(name)
        return None if found is None else _given(found, request)


def _given(file: File, request: web.Request) -> web.Response:
    headers = {"Cache-Control": file.cache, "ETag": file.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == file.tag:
        return web.Response(status=304, headers=headers)
    body = file.body
    if file.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = file.zipped
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers={**headers, "Content-Type": file.type})


def _read(path: Path, folder: Path) -> File:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in (".js", ".mjs"):
        kind = "text/javascript"
    elif path.suffix == ".webmanifest":
        kind = "application/manifest+json"
    worth = path.suffix in COMPRESSED and len(body) > 1000
    hashed = path.relative_to(folder).as_posix().startswith(HASHED)
    return File(
        body=body,
        zipped=gzip.compress(body, 6) if worth else None,
        type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        tag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        cache="public, max-age=31536000, immutable" if hashed else "no-cache",
    )
