"""`python -m workflow.knowledge.hotlines.folder_process ZIP FIRST`: the documents of a packed folder, as JSON lines.

A document that is longer than an article is as many lines as it has chapters.

A process of its own with little memory, time for each document, and no secrets: a document that breaks the reader ends
the process, and whoever began it goes on behind that one (`folder.py`). Exit code 2: the file is no such folder; 4:
it has too many documents.
"""

from __future__ import annotations

import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import msgspec

from cti.base import priority
from cti.base.refusal import Conflict
from cti.office.files.content import EXCEL, HEAD, PDF, TEXT, WORD, type_of
from cti.office.files.draw import CPU_SECONDS, MEMORY, TooLarge, text
from cti.office.files.views import TextPreview
from workflow.knowledge.documents.chapters import Chapter, chapters_of
from workflow.knowledge.documents.text import DocumentText

NO_FOLDER, TOO_MANY = 2, 4
MOST_DOCUMENTS = 100_000
MOST_BYTES = 120 * 1024 * 1024
READ = (WORD, EXCEL, PDF, TEXT)
_UTF8, _SEALED = 0x800, 0x1
"""Flags of an entry: APPNOTE.TXT 4.4.4."""
_OF_SYSTEMS = ("__MACOSX", "Thumbs.db", "desktop.ini")


def main(path: str, first: int) -> int:
    """Print `[number, [path, chapter, body, note, fault]]` from this document on; returns the exit code."""
    priority.take(priority.LATER)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out, encoder = sys.stdout.buffer, msgspec.json.Encoder()
    try:
        with zipfile.ZipFile(path) as archive:
            documents = entries(archive)
            if len(documents) > MOST_DOCUMENTS:
                return TOO_MANY
            for number, (name, entry) in enumerate(documents[first - 1 :], first):
                # Who is killed in the middle of one is known by its number.
                out.write(encoder.encode([number, []]) + b"\n")
                out.flush()
                used = resource.getrusage(resource.RUSAGE_SELF)
                soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
                resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
                out.writelines(encoder.encode([number, [name, *one]]) + b"\n" for one in read(archive, entry))
    except zipfile.BadZipFile:
        return NO_FOLDER
    except BrokenPipeError:
        return 0
    out.flush()
    return 0


def entries(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The documents by their paths, in order, without what systems put beside them."""
    found = {}
    for entry in archive.infolist():
        name = entry.filename if entry.flag_bits & _UTF8 else _as_windows_wrote(entry.filename)
        parts = PurePosixPath(name.replace("\\", "/").lstrip("/")).parts
        if not entry.is_dir() and parts and not any(one in _OF_SYSTEMS or one.startswith((".", "~$")) for one in parts):
            found["/".join(parts)] = entry
    return sorted(found.items())


def _as_windows_wrote(name: str) -> str:
    """A name in the characters of a Chinese Windows, which the format does not know of."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> list[tuple[str, str, str, str]]:
    """Of each chapter its title, what it says and what of it was left out; or why the document cannot be read."""
    try:
        return [_said(title, one.text) for title, one in _told_apart(_chapters(archive, entry))]
    except Conflict as refusal:
        return [_refused(refusal.detail)]
    except (TooLarge, MemoryError):
        return [_refused("文件过大")]
    except Exception as error:  # the document is not ours: whatever is wrong with it ends here
        print(f"{entry.filename}: {error.__class__.__name__}: {error}"[:400], file=sys.stderr)
        return [_refused("文件内容损坏或有密码")]


def _chapters(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> list[Chapter]:
    if entry.flag_bits & _SEALED:
        raise Conflict("sealed", "压缩包有密码")
    if entry.file_size > MOST_BYTES:
        raise TooLarge
    with archive.open(entry) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge
    type = type_of(data[:HEAD], entry.filename, lambda: archive.open(entry))
    if type not in READ:
        raise Conflict("type", "不能导入这种文件，请转为 Word（.docx）、Excel（.xlsx）、PDF 或文本")
    about, drawn = text(type, data)
    match about["kind"]:
        case "sheets":
            seen = TextPreview(kind="sheets", cut=about["cut"], sheets=msgspec.json.decode(drawn))
        case "html":
            seen = TextPreview(kind="html", cut=about["cut"], html=drawn.decode())
        case _:
            seen = TextPreview(kind="text", cut=about["cut"], text=drawn.decode())
    return chapters_of(seen)


def _told_apart(chapters: Sequence[Chapter]) -> Iterator[tuple[str, Chapter]]:
    """Chapters by titles of which each is there once: they are part of an id."""
    met = Counter[str]()
    for one in chapters:
        met[one.title] += 1
        yield f"{one.title}（{met[one.title]}）" if met[one.title] > 1 else one.title, one


def _said(title: str, found: DocumentText) -> tuple[str, str, str, str]:
    lost = len(found.pictures) + found.left_out
    return title, found.body({}), f"图片 {lost} 张未导入" if lost else "", ""


def _refused(why: str) -> tuple[str, str, str, str]:
    return "", "", "", why


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
