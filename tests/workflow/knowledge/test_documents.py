"""Documents become drafts: what they say is taken along, what is not is told, what cannot be read is named."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import docx
import pytest
from docx.document import Document
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound
from cti.office.files.service import Files
from cti.office.files.views import Counts, Sheet, TextPreview
from cti.office.rich.text import plain
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import EDITOR, REVIEWER, KnowledgeTown
from workflow.knowledge.documents.chapters import chapters_of
from workflow.knowledge.documents.drafts import DocumentFields, DocumentPreview, Documents, LookedAt, TakenIn
from workflow.knowledge.documents.text import MOST_PICTURES, text_of
from workflow.knowledge.views import ArticleView


def pixel() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(made, "PNG")
    return made.getvalue()


PIXEL, PATH = pixel(), "社会保障"


def a_word() -> bytes:
    document = docx.Document()
    document.add_heading("办理流程", 1)
    document.add_paragraph("先在社区申请")
    document.add_picture(io.BytesIO(PIXEL))
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "材料", "一份"
    return saved(document)


def saved(document: Document) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


WORD = a_word()


def pages(count: int) -> bytes:
    """As many pages of 800 characters."""
    document = docx.Document()
    for _ in range(count):
        document.add_paragraph("办" * 800)
        document.add_paragraph().paragraph_format.page_break_before = True
    return saved(document)


def a_word_of(paragraphs: Sequence[str], heading: str = "") -> bytes:
    """One paragraph after another, under a heading for each if one is said."""
    document = docx.Document()
    for at, text in enumerate(paragraphs, 1):
        if heading:
            document.add_heading(heading.format(at), 1)
        document.add_paragraph(text)
    return saved(document)


def a_pdf(encrypt: StandardEncryption | None = None) -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, encrypt=encrypt)
    canvas.drawString(100, 700, "Opening hours 9-17")
    canvas.save()
    return made.getvalue()


def locked() -> StandardEncryption:
    return StandardEncryption("secret")


def a_bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_word())) as whole, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        for one in whole.namelist():
            bomb.writestr(one, whole.read(one))
        bomb.writestr("word/media/bomb.bin", b"0" * 310_000_000)
    return made.getvalue()


async def upload(town: KnowledgeTown, name: str, data: bytes) -> str:
    token = f"a-token-{new_id()}"

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    uploads = town.office.need(Files).uploads
    await uploads.begin(EDITOR, token, name, len(data))
    await uploads.receive(EDITOR, token, 0, pieces())
    return token


@dataclass
class Import:
    """An editor with documents, on a database."""

    town: KnowledgeTown
    documents: Documents

    @classmethod
    async def on(cls, store: Store) -> Import:
        town = await KnowledgeTown.on(store)
        return cls(town, Documents(town.office, town.articles, town.categories))

    async def look(self, name: str, data: bytes, folder: str = "") -> DocumentPreview:
        return await self.documents.look(EDITOR, LookedAt(file=await upload(self.town, name, data), folder=folder))

    async def take(self, name: str, data: bytes) -> TakenIn:
        body = DocumentFields(file=await upload(self.town, name, data), category=self.town.category)
        return await self.documents.take_in(EDITOR, body)

    async def drafts(self) -> Sequence[ArticleView]:
        return (await self.town.articles.find(EDITOR, self.town.articles.query.model_validate({}))).items


@pytest.fixture
async def taking(sqlite_store: Store) -> Import:
    return await Import.on(sqlite_store)


async def test_documents_become_drafts_with_their_tables_and_pictures(taking: Import) -> None:
    """Pains 2: what is taken along is counted, in and out, and the original is kept."""
    made = await taking.take("高龄津贴指南.docx", WORD)
    assert made.report == "4 段，表格 1 个，图片 1 张"
    (word,) = await taking.drafts()
    assert "<h2>办理流程</h2>" in word.body and "<table>" in word.body and "先在社区申请" in word.body
    assert word.body.count("<img") == 1 and f"/api/knowledge/articles/{word.id}/files/" in word.body
    assert (word.title, word.source, word.stage) == (
        "高龄津贴指南", f"文档导入：{made.report}", "draft",
    )  # fmt: skip
    assert made.version == word.version
    await taking.take("时间.pdf", a_pdf())
    assert any("Opening hours" in one.body for one in await taking.drafts())


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "坏的.pdf": (lambda: a_pdf()[:300], "文件内容损坏或有密码"),
    "密.pdf": (lambda: a_pdf(locked()), "文件内容损坏或有密码"),
    "大.docx": (lambda: a_bomb(), "文件过大"),
    "一段.docx": (lambda: a_word_of(["办" * 210_000]), "其中有一段或一个表格过长，请拆分后导入"),
    "空.docx": (lambda: saved(docx.Document()), "没有可以导入的文字（可能是扫描件）"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_be_read_is_told_before_and_makes_nothing(taking: Import, name: str) -> None:
    """Zip bombs, broken and encrypted files, and books: named with the reason, nothing half done."""
    data, reason = BAD[name][0](), BAD[name][1]
    assert (await taking.look(name, data)).wrong == reason
    with pytest.raises(Conflict, match=f"{name}：{re.escape(reason)}，没有导入"):
        await taking.take(name, data)
    assert await taking.drafts() == []


async def test_a_book_becomes_an_article_for_each_chapter(taking: Import) -> None:
    """Three hundred pages under headings: a draft for each, the original with the last, all of it counted."""
    data = a_word_of([f"第{at}章说的事。" + "办" * 30_000 for at in range(1, 9)], "第{}章")
    seen = await taking.look("服务手册.docx", data)
    assert (seen.wrong, seen.report, seen.differs) == ("", "16 段", False)
    assert [one.title for one in seen.chapters] == [f"服务手册 第{at}章" for at in range(1, 9)]
    assert seen.chapters[1].excerpt.startswith("第2章\n第2章说的事。") and seen.chapters[1].report == "2 段"
    token = await upload(taking.town, "服务手册.docx", data)
    for at, last in ((0, False), (7, True)):
        body = DocumentFields(file=token, chapter=at, original=last, title=seen.chapters[at].title)
        await taking.documents.take_in(EDITOR, body)
    bodies = {one.title: one.body for one in await taking.drafts()}
    assert set(bodies) == {"服务手册 第1章", "服务手册 第8章"}
    assert "第8章说的事" in bodies["服务手册 第8章"] and "第7章说的事" not in bodies["服务手册 第8章"]
    again = await taking.look("服务手册.docx", data)
    assert again.same and again.chapters[0].titled and not again.chapters[1].titled
    with pytest.raises(Conflict, match="已导入过"):
        await taking.take("服务手册.docx", data)


async def test_pages_without_headings_are_parted_between_paragraphs(taking: Import) -> None:
    seen = await taking.look("三百页.docx", pages(300))
    assert seen.wrong == "" and not seen.differs
    assert [one.title for one in seen.chapters][:1] == [f"三百页 第 1 部分（共 {len(seen.chapters)} 部分）"]
    assert sum(int(one.report.removesuffix(" 段")) for one in seen.chapters) == 300


def test_what_is_too_long_is_cut_at_the_headings_below() -> None:
    long, table = "<p>" + "长" * 90_000 + "</p>", "<table><tr><td><h1>表里的</h1></td></tr></table>"
    html = f"<h1>书名</h1><p>说明</p><h2>甲</h2>{table}<p>一</p><h2>乙</h2><h3>子</h3>{long}<h3>丑</h3>{long}{long}"
    found = chapters_of(TextPreview(kind="html", cut=False, html=html))
    titles = [one.title for one in found]
    # The title of the book is no chapter: what stands before the first is.
    assert titles == ["前言", "甲", "乙 子", "乙 丑"]
    assert all(plain(one.text.marked) for one in found)
    assert sum(len(plain(one.text.marked)) for one in found) >= 270_000


def a_long_word() -> bytes:
    """Lists, a table in a table, a note that stands twice for old and new readers, a head of the page."""
    document = docx.Document()
    document.add_heading("材料", 2)
    for text in ("身份证", "户口本"):
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("")
    outer = document.add_table(rows=1, cols=2).cell(0, 0)
    outer.text = "外"
    outer.add_table(rows=1, cols=1).cell(0, 0).text = "内"
    document.sections[0].header.paragraphs[0].text = "每页都有的抬头"
    return saved(document)


async def test_what_a_document_holds_is_compared_with_what_comes_of_it(taking: Import) -> None:
    """Pains 2: only six of eight pages kept, and nobody is told."""
    whole = await taking.look("材料.docx", a_long_word())
    assert (whole.report, whole.differs) == ("5 段，表格 2 个", False)
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.drawString(100, 700, "Opening hours 9-17")
    canvas.drawImage(ImageReader(io.BytesIO(PIXEL)), 100, 100)
    canvas.save()
    scan = await taking.look("图.pdf", made.getvalue())
    assert (scan.report, scan.differs) == ("1 段，图片 1 张未导入，见附件", True)


def test_a_difference_is_told_in_words() -> None:
    html = "<h2>一</h2><ul><li>二<ul><li>三</li></ul></li></ul><table><tr><td><p>四</p></td><td></td></tr></table>"
    same, fewer = Counts(paragraphs=4, tables=1, pictures=0), Counts(paragraphs=6, tables=2, pictures=1)
    found = text_of(TextPreview(kind="html", cut=False, html=html, counts=same))
    assert (found.report, found.differs) == ("4 段，表格 1 个", False)
    found = text_of(TextPreview(kind="html", cut=False, html=html, counts=fewer))
    assert found.differs
    assert found.report == "段落原件 6 段、导入 4 段，表格原件 2 个、导入 1 个，图片 1 张未导入，见附件"


async def test_one_sees_before_what_a_document_becomes(taking: Import) -> None:
    seen = await taking.look("高龄津贴指南.docx", WORD, folder=f"旧资料/{PATH}")
    assert (seen.title, seen.category, seen.path) == ("高龄津贴指南", taking.town.category, PATH)
    assert "先在社区申请" in seen.excerpt and "⟦" not in seen.excerpt
    assert (seen.same, seen.titled, seen.wrong) == ("", "", "")
    assert await taking.drafts() == [], "nothing is made by looking"
    assert (await taking.look("别的.docx", WORD, folder="没有这个归口")).category == ""


async def test_the_same_documents_once_more_make_no_doubles(taking: Import) -> None:
    first = await taking.take("高龄津贴指南.docx", WORD)
    seen = await taking.look("高龄津贴指南.docx", WORD)
    assert (seen.same, seen.titled) == (first.number, first.number)
    with pytest.raises(Conflict, match=f"高龄津贴指南.docx：与知识 {first.number} 的原件相同，已导入过"):
        await taking.take("高龄津贴指南.docx", WORD)
    assert len(await taking.drafts()) == 1
    await taking.town.articles.remove(EDITOR, first.id)
    await taking.take("高龄津贴指南.docx", WORD)  # What was taken back may come again.


async def test_nobody_takes_in_what_another_has_uploaded(taking: Import) -> None:
    token = await upload(taking.town, "高龄津贴指南.docx", WORD)
    for asked in (taking.documents.look(REVIEWER, LookedAt(file=token)),
                  taking.documents.take_in(REVIEWER, DocumentFields(file=token))):  # fmt: skip
        with pytest.raises(NotFound):
            await asked


def test_what_is_not_taken_along_is_told() -> None:
    html = "<h1>一</h1><p>二<img src='data:x'></p>"
    found = text_of(TextPreview(kind="html", cut=False, html=html))
    assert (found.body({}), found.report) == ("<h2>一</h2><p>二</p>", "2 段，图片 1 张未导入，见附件")
    found = text_of(TextPreview(kind="sheets", cut=False, sheets=[Sheet(title="价", rows=[["水", "<3"]])]))
    assert "<td>水</td><td>&lt;3</td>" in found.body({}) and "表格 1 个" in found.report
    assert text_of(TextPreview(kind="text", cut=False, text="甲\n乙")).body({}) == "<p>甲</p><p>乙</p>"
    for bad in (TextPreview(kind="text", cut=True, text="长"), TextPreview(kind="html", cut=False, html="<p></p>")):
        with pytest.raises(Conflict):
            text_of(bad)


def test_no_more_pictures_come_along_than_an_article_takes() -> None:
    data = base64.b64encode(PIXEL).decode()
    html = "<p>图</p>" + f'<img src="data:image/png;base64,{data}">' * (MOST_PICTURES + 2)
    found = text_of(TextPreview(kind="html", cut=False, html=html))
    assert (len(found.pictures), found.left_out) == (MOST_PICTURES, 2)
    assert "⟦" not in found.body({}), "a picture that could not be kept leaves nothing"
