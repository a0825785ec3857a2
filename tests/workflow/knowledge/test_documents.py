"""Documents become drafts: what they say is taken along, what is not is told, what cannot be read is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.office.bulk.asking import BulkAnswer
from cti.office.files.service import Files
from cti.office.files.views import Sheet, TextPreview
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import EDITOR, KnowledgeTown
from workflow.knowledge.documents import Documents, DocumentsBody, article_of


def a_word() -> bytes:
    document = docx.Document()
    document.add_heading("办理流程", 1)
    document.add_paragraph("先在社区申请")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "材料", "一份"
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


WORD = a_word()


def a_pdf() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.drawString(100, 700, "Opening hours 9-17")
    canvas.save()
    return made.getvalue()


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


async def test_documents_become_drafts_and_bad_ones_are_named(sqlite_store: Store) -> None:
    """Pains 2: what is taken along is counted, the original kept, many at once; zip bombs and broken files refused."""
    town = await KnowledgeTown.on(sqlite_store)
    files = [("高龄津贴指南.docx", a_word()), ("时间.pdf", a_pdf()), ("坏的.pdf", a_pdf()[:300]), ("大.docx", a_bomb())]
    tokens = [await upload(town, name, data) for name, data in files]
    answer = await Documents(town.office, town.articles).take_in(
        EDITOR, DocumentsBody(files=tokens, category=town.category)
    )
    assert answer.done == 2
    assert [one.detail for one in answer.failed] == [
        "坏的.pdf：文件内容损坏或有密码，没有导入", "大.docx：文件过大，没有导入",
    ]  # fmt: skip
    found = (await town.articles.find(EDITOR, town.articles.query.model_validate({}))).items
    word = next(one for one in found if one.title == "高龄津贴指南")
    assert "<h2>办理流程</h2>" in word.body and "<table>" in word.body and "先在社区申请" in word.body
    assert "表格 1 个" in word.source and word.file_count == 1 and word.stage == "draft"
    assert "Opening hours" in next(one for one in found if one.title == "导入的文档" or one.title == "时间").body
    assert len(found) == 2


async def test_the_same_documents_once_more_make_no_doubles(sqlite_store: Store) -> None:
    town = await KnowledgeTown.on(sqlite_store)
    documents = Documents(town.office, town.articles)

    async def take_in() -> BulkAnswer:
        token = await upload(town, "高龄津贴指南.docx", WORD)
        return await documents.take_in(EDITOR, DocumentsBody(files=[token], category=town.category))

    assert (await take_in()).done == 1
    (first,) = (await town.articles.find(EDITOR, town.articles.query.model_validate({}))).items
    again = await take_in()
    assert [one.detail for one in again.failed] == [f"高龄津贴指南.docx：与知识 {first.number} 的原件相同，已导入过"]
    assert len((await town.articles.find(EDITOR, town.articles.query.model_validate({}))).items) == 1
    await town.articles.remove(EDITOR, first.id)
    assert (await take_in()).done == 1, "what was removed may come again"


def test_what_is_not_taken_along_is_told() -> None:
    text, report = article_of(TextPreview(kind="html", cut=False, html="<h1>一</h1><p>二<img src='data:x'></p>"))
    assert (text, report) == ("<h2>一</h2><p>二</p>", "1 段，图片 1 张未导入，见附件")
    text, report = article_of(TextPreview(kind="sheets", cut=False, sheets=[Sheet(title="价", rows=[["水", "<3"]])]))
    assert "<td>水</td><td>&lt;3</td>" in text and "表格 1 个" in report
    assert article_of(TextPreview(kind="text", cut=False, text="甲\n乙"))[0] == "<p>甲</p><p>乙</p>"
    for bad in (TextPreview(kind="text", cut=True, text="长"), TextPreview(kind="html", cut=False, html="<p></p>")):
        with pytest.raises(Conflict):
            article_of(bad)
