"""A paper as a Word document: the fonts are named, and are those that offices in China have."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from cti.office.printing.pieces import Frame, Grid, Paper, Words

BODY, HEAD = "宋体", "黑体"
SIZES = {"title": 18, "heading": 13, "text": 10.5}
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
MARGIN = 20.0
"""Millimetres at each side."""
FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
"""Characters that no XML can hold."""


def word(paper: Paper) -> bytes:
    """The file. Blocking; run it in a thread."""
    document = Document()
    section = document.sections[0]
    width, height = (297.0, 210.0) if paper.landscape else (210.0, 297.0)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    normal = document.styles["Normal"]
    normal.font.size = Pt(SIZES["text"])
    _font(normal.element.get_or_add_rPr(), BODY)
    document.core_properties.title = paper.title
    for piece in paper.pieces:
        match piece:
            case Words(sort, text, align):
                for line in text.split("\n"):
                    _write(document.add_paragraph(), line, sort, align)
            case Frame(lines):
                _frame(document, lines, width - 2 * MARGIN)
            case Grid():
                _grid(document, piece, width - 2 * MARGIN)
    _foot(section.footer.paragraphs[0], paper.foot)
    found = io.BytesIO()
    document.save(found)
    return found.getvalue()


def _write(paragraph: Any, text: str, sort: str = "text", align: str = "left", *, bold: bool = False) -> None:
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(4)
    if sort != "text":
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text.translate(FORBIDDEN))
    run.font.size = Pt(SIZES[sort])
    run.bold = bold or sort != "text"
    if sort != "text":
        _font(run._element.get_or_add_rPr(), HEAD)


def _font(properties: Any, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.append(fonts)
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(kind), name)


def _frame(document: Any, lines: tuple[tuple[tuple[str, str], ...], ...], width: float) -> None:
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    name = width * 0.15
    for line in lines:
        cells = table.add_row().cells
        for cell, share in zip(cells, (name, width / 2 - name) * 2, strict=True):
            cell.width = Mm(share)
        for at, (title, value) in enumerate(line):
            _write(cells[2 * at].paragraphs[0], title, bold=True)
            wide = cells[1].merge(cells[3]) if len(line) == 1 else cells[2 * at + 1]
            _write(wide.paragraphs[0], value)
    document.add_paragraph()


def _grid(document: Any, grid: Grid, width: float) -> None:
    whole = sum(grid.widths) or 1
    table = document.add_table(rows=1, cols=len(grid.headings))
    table.style = "Table Grid"
    for cell, heading in zip(table.rows[0].cells, grid.headings, strict=True):
        _write(cell.paragraphs[0], heading, bold=True)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in grid.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], value)
    for row_of in table.rows:
        for cell, share in zip(row_of.cells, grid.widths, strict=True):
            cell.width = Mm(width * share / whole)
    document.add_paragraph()


def _foot(paragraph: Any, foot: str) -> None:
    _write(paragraph, f"{foot}　第 " if foot else "第 ", align="center")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    paragraph.add_run(" 页")
