"""Draws previews of files that came from outside: `python -m cti.office.files.draw WHAT TYPE [PAGE] < content`.

A process of its own with little memory, time and no secrets: what breaks a decoder breaks no call. It answers a line of
JSON, and behind it what it has drawn. Exit code 3: the content cannot be read; 4: it is too large for a preview.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
import zipfile
from typing import Any

import nh3
from PIL import Image, ImageOps

from cti.office.files.content import EXCEL, PDF, TEXT, WORD, text_of
from cti.office.files.counting import counts_of_word

THUMBNAIL, PAGE = 240, 1400
"""Pixels of the longer side."""
MOST_PIXELS = 120_000_000
MEMORY, CPU_SECONDS = 1536 * 1024**2, 30
ROWS, COLUMNS, CELL = 200, 40, 200
SHEETS = 10
TEXT_LENGTH = 200_000
UNPACKED = 300_000_000
"""Bytes that a document may unpack to."""
UNREADABLE, TOO_LARGE = 3, 4
TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "u", "s", "sub", "sup"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th", "img", "blockquote", "pre", "code"),
}


class TooLarge(Exception):
    """No preview of this size."""


def main(what: str, type: str, page: int) -> int:
    """Draw it; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    data = sys.stdin.buffer.read()
    try:
        size = THUMBNAIL if what == "thumbnail" else PAGE
        about, drawn = text(type, data) if what == "text" else picture(type, data, page, size)
    except (TooLarge, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_LARGE
    except Exception as error:
        print(f"{error.__class__.__name__}: {error}"[:400], file=sys.stderr)
        return UNREADABLE
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + drawn)
    return 0


def picture(type: str, data: bytes, page: int, size: int) -> tuple[dict[str, Any], bytes]:
    """A page as JPEG, its longer side at most `size`."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pages = 1
    if type == PDF:
        import pypdfium2

        with pypdfium2.PdfDocument(data) as document:
            pages = len(document)
            one = document[min(max(page, 1), pages) - 1]
            scale = size / max(*one.get_size(), 1)
            found: Image.Image = one.render(scale=scale).to_pil()
    else:
        opened = Image.open(io.BytesIO(data))
        opened.draft("RGB", (size, size))  # A JPEG is decoded no larger than needed.
        if opened.width * opened.height > MOST_PIXELS:
            raise TooLarge
        found = ImageOps.exif_transpose(opened)
    found.thumbnail((size, size))
    if found.mode not in ("RGB", "L"):
        ground = Image.new("RGB", found.size, "white")
        whole = found.convert("RGBA")
        ground.paste(whole, mask=whole.getchannel("A"))
        found = ground
    made = io.BytesIO()
    found.save(made, "JPEG", quality=82, optimize=True)
    return {"pages": pages, "width": found.width, "height": found.height}, made.getvalue()


def text(type: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """A document as clean HTML, a spreadsheet as tables, a text as it is, what a PDF says."""
    if type == TEXT:
        found = text_of(data[: TEXT_LENGTH * 4], cut=True)
        if found is None:
            raise ValueError("no text")
        cut = len(found) > TEXT_LENGTH or len(data) > TEXT_LENGTH * 4
        return {"kind": "text", "cut": cut}, found[:TEXT_LENGTH].encode()
    if type == PDF:
        return _pdf_text(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(one.file_size for one in archive.infolist()) > UNPACKED:
            raise TooLarge
        counts = counts_of_word(archive) if type == WORD else None
    if type == WORD:
        import mammoth

        html = mammoth.convert_to_html(io.BytesIO(data)).value
        clean = nh3.clean(html, tags=TAGS, attributes={"img": {"src", "alt"}, "td": {"colspan", "rowspan"},
                          "th": {"colspan", "rowspan"}}, url_schemes={"data"})  # fmt: skip
        return {"kind": "html", "cut": False, "counts": counts}, clean.encode()
    if type == EXCEL:
        return _tables(data)
    raise ValueError(f"no preview of {type}")


def _pdf_text(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the pages say, a line for each of theirs; nothing of what is only a picture."""
    import pypdfium2

    said, length, pictures = [], 0, 0
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            one = page.get_textpage().get_text_bounded().replace("\r\n", "\n")
            said.append(one)
            length += len(one)
            pictures += sum(1 for _ in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)))
            if length > TEXT_LENGTH:
                break
    about = {"kind": "text", "cut": length > TEXT_LENGTH, "counts": {"pictures": pictures}}
    return about, "\n".join(said)[:TEXT_LENGTH].encode()


def _tables(data: bytes) -> tuple[dict[str, Any], bytes]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheets, cut = [], len(book.worksheets) > SHEETS
    for sheet in book.worksheets[:SHEETS]:
        rows: list[list[str]] = []
        for row in sheet.iter_rows(values_only=True):
            if len(rows) == ROWS:
                cut = True
                break
            cut |= len(row) > COLUMNS
            rows.append(["" if cell is None else str(cell)[:CELL] for cell in row[:COLUMNS]])
        sheets.append({"title": sheet.title, "rows": rows})
    return {"kind": "sheets", "cut": cut}, json.dumps(sheets, ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1))
