"""What a file is, by its content: a name says nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO, Literal

import filetype

Sort = Literal["picture", "document", "text", "sound", "video", "archive", "other"]
HEAD = 8192
"""Bytes at the beginning by which types are known."""
UNKNOWN = "application/octet-stream"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PDF = "application/pdf"
TEXT = "text/plain"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How documents of old Offices begin, whichever they are."""
_OFFICE = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": SLIDES}
_OLD = {".doc": "application/msword", ".wps": "application/msword", ".xls": "application/vnd.ms-excel",
        ".et": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"}  # fmt: skip
_OFD = "application/ofd"
_SAME = {"audio/x-wav": "audio/wav", "video/x-msvideo": "video/avi", "image/x-ms-bmp": "image/bmp"}

ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/gif": (".gif",), "image/webp": (".webp",),
    "image/bmp": (".bmp",), "image/tiff": (".tif", ".tiff"), "image/heic": (".heic", ".heif"),
    PDF: (".pdf",), _OFD: (".ofd",), WORD: (".docx",), EXCEL: (".xlsx",), SLIDES: (".pptx",),
    "application/msword": (".doc", ".wps"), "application/vnd.ms-excel": (".xls", ".et"),
    "application/vnd.ms-powerpoint": (".ppt",), "application/rtf": (".rtf",),
    TEXT: (".txt", ".csv", ".log", ".md", ".json", ".xml", ".yaml", ".yml"),
    "audio/mpeg": (".mp3",), "audio/wav": (".wav",), "audio/ogg": (".ogg", ".oga", ".opus"), "audio/mp4": (".m4a",),
    "audio/amr": (".amr",), "audio/x-flac": (".flac",), "audio/aac": (".aac",),
    "video/mp4": (".mp4",), "video/webm": (".webm",), "video/quicktime": (".mov",), "video/avi": (".avi",),
    "video/x-matroska": (".mkv",), "video/3gpp": (".3gp",),
    "application/zip": (".zip",), "application/x-rar-compressed": (".rar",), "application/x-7z-compressed": (".7z",),
}  # fmt: skip
"""The types that may be taken, and how files of them are called."""

_ARCHIVES = ("application/zip", "application/x-rar-compressed", "application/x-7z-compressed")


def type_of(head: bytes, name: str, whole: Callable[[], IO[bytes]]) -> str:
    """The media type of a file that begins with `head`; `whole` opens it where the beginning does not tell.

    The name decides only between documents that begin alike.
    """
    ending = PurePath(name).suffix.lower()
    if head.startswith(OLE):
        return _OLD.get(ending, UNKNOWN)
    if head.startswith(b"PK\x03\x04"):
        return _zipped(whole)
    found: str | None = filetype.guess_mime(head)
    if found is not None:
        return _SAME.get(found, found)
    # A page that runs scripts is no text, whatever it looks like.
    begins = head.lstrip()[:200].lower()
    if begins.startswith((b"<!doctype html", b"<html", b"<svg", b"<script")) or b"<svg" in begins:
        return UNKNOWN
    return TEXT if _is_text(head) else UNKNOWN


def sort_of(type: str) -> Sort:
    """What it is for people; `other` is nothing that may be taken."""
    if type not in ENDINGS:
        return "other"
    if type in _ARCHIVES:
        return "archive"
    if type == TEXT:
        return "text"
    start = type.partition("/")[0]
    found: dict[str, Sort] = {"image": "picture", "audio": "sound", "video": "video"}
    return found.get(start, "document")


def right_name(name: str, type: str) -> str:
    """The name with an ending that fits the content: a picture called `x.exe` is `x.exe.jpg`."""
    endings = ENDINGS.get(type, ())
    return name if not endings or name.lower().endswith(endings) else f"{name}{endings[0]}"


def plain_name(name: str) -> str:
    """A name without folders and characters that no file system or header bears; Chinese stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one for one in last if one.isprintable() and one not in '<>:"|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > 200:
        kept = f"{stem[: 199 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else kept[:200]
    return kept or "未命名"


def _zipped(whole: Callable[[], IO[bytes]]) -> str:
    try:
        with whole() as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return UNKNOWN
    otherwise = _OFD if "OFD.xml" in names else _ARCHIVES[0]
    return next((type for inside, type in _OFFICE.items() if inside in names), otherwise)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"#!", b"MZ", b"\x7fELF")) or b"\x00" in head:
        return False
    return text_of(head, cut=True) is not None


def text_of(data: bytes, *, cut: bool = False) -> str | None:
    """Bytes as text, UTF-8 or GB 18030; `cut` data may end within a character. None for what is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        for less in range(4 if cut else 1):
            try:
                found = data[: len(data) - less].decode(encoding)
            except UnicodeDecodeError:
                continue
            odd = sum(not one.isprintable() and one not in "\r\n\t\f" for one in found)
            return found if odd * 50 <= len(found) else None
    return None
