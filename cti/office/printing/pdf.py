"""A paper as PDF, with its font inside: it looks the same everywhere and can be searched and copied from."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from cti.office.printing.fonts import chinese_font, in_first, runs
from cti.office.printing.pieces import Frame, Grid, Paper, Words

MARGIN = 20 * mm
SIZES = {"title": 18, "heading": 13, "text": 10.5}
ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
LINE, SHADE = colors.HexColor("#8c939d"), colors.HexColor("#f2f4f7")
LONGEST_CELL = 1500
"""Characters of a cell: one that is higher than a page cannot be laid out. Texts go into blocks of their own."""


def pdf(paper: Paper) -> bytes:
    """The file. Blocking; run it in a thread. NoFont."""
    font, below = chinese_font(), in_first(paper.foot)
    size = landscape(A4) if paper.landscape else A4
    found = io.BytesIO()
    document = SimpleDocTemplate(
        found, pagesize=size, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=paper.title, invariant=True,
    )  # fmt: skip
    width = size[0] - 2 * MARGIN
    flow: list[Any] = []
    for piece in paper.pieces:
        match piece:
            case Words(sort, text, align):
                flow += [_paragraph(line, font, sort, align) for line in text.split("\n")]
            case Frame(lines):
                flow += [_frame(lines, font, width), Spacer(1, 4 * mm)]
            case Grid():
                flow += [_grid(piece, font, width), Spacer(1, 4 * mm)]

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(font, 8)
        canvas.setFillColor(LINE)
        words = f"{below}　第 {document.page} 页" if below else f"第 {document.page} 页"
        canvas.drawCentredString(size[0] / 2, 10 * mm, words)

    document.build(flow, onFirstPage=foot, onLaterPages=foot)
    return found.getvalue()


def _paragraph(text: str, font: str, sort: str = "text", align: str = "left") -> Paragraph:
    size = SIZES[sort]
    style = ParagraphStyle(
        sort, fontName=font, fontSize=size, leading=size * 1.45, alignment=ALIGN[align], wordWrap="CJK",
        spaceBefore=6 if sort != "text" else 0, spaceAfter=4, keepWithNext=sort == "heading",
    )  # fmt: skip
    return Paragraph(_marked(text, font) or "&nbsp;", style)


def _marked(text: str, font: str) -> str:
    """With the font of each character that the first has not."""
    return "".join(
        escape(piece) if name == font else f'<font name="{name}">{escape(piece)}</font>' for name, piece in runs(text)
    )


def _cell(text: str, font: str) -> Paragraph:
    return _paragraph(text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}……", font)


def _frame(lines: tuple[tuple[tuple[str, str], ...], ...], font: str, width: float) -> Table:
    name = width * 0.15
    rows, spans = [], []
    for at, line in enumerate(lines):
        cells: list[Any] = [_cell(words, font) for pair in line for words in pair]
        if len(line) == 1:
            spans.append(("SPAN", (1, at), (3, at)))
            cells += ["", ""]
        rows.append(cells)
    style = [("BACKGROUND", (0, 0), (0, -1), SHADE), *spans]
    style += [("BACKGROUND", (2, at), (2, at), SHADE) for at, line in enumerate(lines) if len(line) == 2]
    return Table(rows, colWidths=[name, width / 2 - name] * 2, style=TableStyle([*_lined(), *style]))


def _grid(grid: Grid, font: str, width: float) -> Table:
    whole = sum(grid.widths) or 1
    rows = [[_cell(one, font) for one in row] for row in (grid.headings, *grid.rows)]
    style = TableStyle([*_lined(), ("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    return Table(rows, colWidths=[width * one / whole for one in grid.widths], repeatRows=1, style=style)


def _lined() -> list[Any]:
    return [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
