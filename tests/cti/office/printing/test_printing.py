"""Print templates: faults with their place, and the same words in Word and PDF."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from cti.base.clock import VirtualClock
from cti.base.files import documents
from cti.base.refusal import NotFound
from cti.office.printing import fonts
from cti.office.printing.library import PrintLibrary
from cti.office.printing.part import TRAIL
from cti.office.printing.pdf import pdf
from cti.office.printing.pieces import Frame, Grid, NoFont, Paper, Words
from cti.office.printing.service import Printing
from cti.office.printing.word import word
from cti.office.reports.exporting import PRINTED
from cti.office.workshop.kept import errors
from tests.office import ROOT, visitor
from workflow.analysis.writing import PRINTED as ANALYSIS
from workflow.tickets.service import PRINT, Tickets

DELIVERED = [
    ROOT / "cti" / "office" / "reports" / "printouts",
    *(ROOT / "workflow" / one / "printouts" for one in ("tickets", "analysis")),
]
GOOD = """\
printout: slip
title: 回执
about: ticket
blocks:
  - title: 受理回执
  - fields:
      - {title: 编号, value: "{record.number}"}
      - {title: 内容, value: "{record.content}", wide: true}
  - rows: timeline
    columns:
      - {title: 时间, value: "{row.at}"}
    none: 没有
tests:
  - {name: 编号, data: {record: {number: "001"}}, says: ["001", 没有]}
"""


def library(folder: Path | None = None) -> PrintLibrary:
    found = PrintLibrary(folder)
    found.offer(PRINTED)
    found.offer(PRINT.kind(Tickets))
    found.offer(ANALYSIS)
    return found


@pytest.mark.parametrize("path", [path for folder in DELIVERED for path in sorted(folder.glob("*.yaml"))], ids=str)
def test_each_delivered_template_holds(path: Path) -> None:
    found = library()
    file, findings = found.examine(documents.load(path))
    assert file is not None
    assert findings == []
    assert [proof.failures for proof in found.prove(file) if proof.failures] == []
    assert file.name == path.stem


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "code"),
    [
        ("about: ticket", "about: tiket", 3, "printed-unknown"),
        ("{record.number}", "{record.numbr}", 7, "field-unknown"),
        ("{row.at}", "{row.when}", 11, "field-unknown"),
        ("rows: timeline", "rows: trail", 9, "rows-unknown"),
        ("title: 受理回执", "title: 受理回执\n    text: x", 5, "block-one"),
        ('"{record.content}"', '"{record.content"', 8, "brace-open"),
    ],
)
def test_a_fault_is_named_with_its_place(wrong: str, instead: str, line: int, code: str) -> None:
    assert wrong in GOOD
    found = errors(library().check(GOOD.replace(wrong, instead), "slip.yaml")[1])
    assert [(one.code, one.line) for one in found] == [(code, line)]
    assert found[0].in_chinese.message != found[0].message


def test_a_template_whose_test_fails_says_what_is_missing() -> None:
    found = library()
    file, _ = found.check(GOOD.replace("says: [", "says: [二维码, "), "slip.yaml")
    assert file is not None
    (proof,) = found.prove(file)
    assert proof.failures == ("二维码 is not printed",)


PAPER = Paper(
    "工单",
    (
        Words("title", "政务服务便民热线工单", "center"),
        Frame(((("编号", "20260302001"), ("类型", "投诉")), (("标题", "小区停水 <b>&"),))),
        Words("text", "第一行\n第二行\x0b"),
        Grid(("时间", "事项"), tuple((f"第{at}天", "办理" * 30) for at in range(60)), (1, 3)),
    ),
    "打印：张三",
)


@pytest.fixture
def font() -> str:
    """The font that PDF files carry."""
    try:
        return fonts.chinese_font()
    except NoFont:
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("no Chinese font")
        pytest.skip("no Chinese font here (scripts/test fetches one)")


@pytest.mark.usefixtures("font")
def test_a_rare_character_of_a_name_is_never_a_blank() -> None:
    """The font of most Chinese texts has neither these nor emoji: a citizen's name was printed without them."""
    shown = "".join(piece for _, piece in fonts.runs("㐂𠮷<b>👨\u200d👩\ufe0f"))
    one = r"({0}|〔U\+{1}〕)"
    assert re.fullmatch(
        "".join(one.format(char, f"{ord(char):04X}") for char in "㐂𠮷") + "<b>"
        + "".join(one.format(char, f"{ord(char):04X}") for char in "👨👩"), shown,
    )  # fmt: skip
    document = pypdfium2.PdfDocument(pdf(Paper("工单", (Words("text", "㐂𠮷🚰小区"),), "𠮷市")))
    read = document[0].get_textpage().get_text_range()
    document.close()
    for char in "㐂𠮷🚰":
        assert char in read or f"〔U+{ord(char):04X}〕" in read
    assert "〔U+20BB7〕市" in read or "𠮷市" in read


@pytest.mark.usefixtures("font")
def test_pdf_has_all_words_and_its_font_inside() -> None:
    content = pdf(PAPER)
    document = pypdfium2.PdfDocument(content)
    pages = [document[at].get_textpage().get_text_range() for at in range(len(document))]
    document.close()
    assert len(pages) > 1
    for words in ("政务服务便民热线工单", "20260302001", "小区停水 <b>&", "第二行"):
        assert words in pages[0].replace("\r\n", "\n")
    assert "打印：张三" in pages[-1]
    assert "时间" in pages[1], "the heading of a table stands on each page"
    assert b"/FontFile2" in content
    assert pdf(PAPER) == content, "the same paper is the same file"


def test_word_has_all_words() -> None:
    document = Document(io.BytesIO(word(PAPER)))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "政务服务便民热线工单" in text
    assert "第二行" in text
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"20260302001", "小区停水 <b>&", "第59天"} <= set(cells)
    assert "打印：张三" in document.sections[0].footer.paragraphs[0].text


def test_ones_own_organisations_template_goes_before_the_houses(tmp_path: Path) -> None:
    found = library(tmp_path)
    printing = Printing(found, VirtualClock(), "市热线")
    with pytest.raises(NotFound):
        printing.template(visitor("王芳"), "ticket")
    found.publish(GOOD, author="test", message="x")
    own = GOOD.replace("printout: slip", "printout: east\norganisation: east")
    found.publish(own, author="test", message="x")
    assert printing.template(visitor("李强", "east"), "ticket").name == "east"
    assert printing.template(visitor("赵敏", "west"), "ticket").name == "slip"
    data = {"record": {"number": "1", "content": ""}, "timeline": [dict.fromkeys(TRAIL, "x")]}
    assert "编号：1" in printing.paper(visitor("赵敏", "west"), printing.template(visitor("赵敏"), "ticket"), data).text
