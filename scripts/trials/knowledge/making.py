"""An article is made at the screens: pasted from Word, with a picture, submitted, approved by another, published."""

from __future__ import annotations

import asyncio
import re
import struct
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import FilePayload, expect

from trials.api import Api
from trials.hands import PATIENCE, Hands

ARTICLES = "/api/knowledge/articles"
PAGE = "/knowledge_articles"
FORM = re.compile("form-(create|edit)")
"""A record's form on a page of its own."""
FOUND_WITHIN = 10.0
"""Seconds in which what was published is found."""
WORD = (Path(__file__).parent / "word.html").read_text("utf-8")
"""What Word puts on the clipboard."""
PASTE = """(html) => {
  const data = new DataTransfer()
  data.setData('text/html', html)
  document.querySelector('[role=textbox].rich-text').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""


def png(width: int = 320, height: int = 120) -> bytes:
    """A plain picture."""
    row = b"\0" + bytes((70, 130, 180)) * width

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(row * height)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def written(editor: Hands, values: Mapping[str, str]) -> str:
    """The editor writes an article, pastes its text, puts a picture into it; returns its id."""
    page = editor.page
    await page.bring_to_front()
    await editor.open(PAGE)
    await page.get_by_test_id("create").click()
    await page.wait_for_url("**/knowledge_articles/new")
    body = page.locator("[role=textbox].rich-text")
    await body.click()
    await page.evaluate(PASTE, WORD)
    await expect(body.locator("ol li")).to_have_count(2)
    await editor.fill(page.get_by_test_id(FORM), values)
    await editor.picture("write")
    await page.get_by_test_id("form-save").click()
    await page.wait_for_url("**/knowledge_articles/01*")
    id = page.url.rsplit("/", 1)[1]
    await _with_picture(editor, id)
    return id


async def _with_picture(editor: Hands, id: str) -> None:
    page = editor.page
    await page.get_by_test_id("action-edit").click()
    await page.wait_for_url("**/edit")
    body = page.locator("[role=textbox].rich-text")
    await body.locator("td").last.wait_for()
    await body.press("Control+End")
    picture: FilePayload = {"name": "办理流程.png", "mimeType": "image/png", "buffer": png()}
    await page.locator(".rich input[type=file]").set_input_files([picture])
    await expect(body.locator("img")).to_have_count(1, timeout=PATIENCE)
    await editor.picture("write-picture")
    await page.get_by_test_id("form-save").click()
    await page.wait_for_url(f"**{PAGE}/{id}")


async def submitted(editor: Hands, id: str, picture: str = "") -> None:
    """The editor gives it to the reviewers."""
    await editor.act(f"{PAGE}/{id}", "提交审核", picture=picture)


async def approved(reviewer: Hands, id: str, picture: str = "") -> None:
    """A reviewer looks at it as readers will see it, and at what is alike, and approves it."""
    page = reviewer.page
    await page.bring_to_front()
    await reviewer.open(f"{PAGE}/{id}")
    for tab in ("预览", "相似知识"):
        await page.get_by_role("tab", name=tab).click()
        await page.wait_for_load_state("networkidle")
        if picture:
            await reviewer.picture(f"{picture}-{tab}")
    await reviewer.act(f"{PAGE}/{id}", "审核通过", {"opinion": "内容准确，同意上架"}, picture=picture)


async def published(editor: Api, reviewer: Api, fields: Mapping[str, Any]) -> str:
    """One more article by the routes behind the same buttons; returns its id."""
    made = await editor.ask("POST", ARTICLES, fields)
    id = str(made["id"])
    await editor.act(f"{ARTICLES}/{id}", "提交审核")
    await reviewer.act(f"{ARTICLES}/{id}", "审核通过")
    return id


async def found(reader: Api, words: str, id: str) -> None:
    """Wait until a reader finds it first; TimeoutError."""
    async with asyncio.timeout(FOUND_WITHIN):
        while True:
            page = await reader.ask("GET", f"/api/knowledge/search?words={words}&size=5")
            if [one["id"] for one in page["items"]][:1] == [id]:
                return
            await asyncio.sleep(0.2)


async def imported(editor: Hands) -> None:
    """A folder of documents: what each becomes is seen before; then all of it is taken back."""
    page = editor.page
    await page.bring_to_front()
    await editor.look("/knowledge_import", "import-empty")
    with tempfile.TemporaryDirectory(prefix="hotline-trial-") as made:
        folder = Path(made) / "社保卡"
        folder.mkdir()
        (folder / "社保卡办理网点.txt").write_text("城区网点：新华路18号。\n乡镇网点：各乡镇便民服务中心。", "utf-8")
        (folder / "社保卡常见问题.txt").write_text("社保卡可以在各网点当场补办。", "utf-8")
        (folder / "打不开.pdf").write_bytes(b"%PDF-1.4\n1 0 obj << >>\nendobj\n")
        (folder / "照片.jpg").write_bytes(b"no document")
        await page.locator("input[webkitdirectory]").set_input_files(folder)
        lines = page.get_by_test_id("import-line")
        await expect(lines.and_(page.locator("[data-phase=ready]"))).to_have_count(2, timeout=PATIENCE)
        await expect(lines.and_(page.locator("[data-phase=refused]"))).to_have_count(1, timeout=PATIENCE)
        await editor.picture("import-preview")
        await page.get_by_test_id("import-take").click()
        await expect(lines.and_(page.locator("[data-phase=taken]"))).to_have_count(2, timeout=PATIENCE)
        await editor.picture("import-taken")
        await page.get_by_test_id("import-undo").click()
        await page.locator(".el-message-box .el-button--primary").click()
        await expect(lines.and_(page.locator("[data-phase=undone]"))).to_have_count(2, timeout=PATIENCE)
        await editor.picture("import-undone")
