"""A manager takes in a merged hotline's table on screen, twice: the second time changes one, and doubles nothing.
Then its folder of documents, packed: what each file becomes is looked at first, and one that cannot be read is named.

What came from it is filed, submitted, approved by another, withdrawn and shown again, many at once from the list.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import Any

from playwright.async_api import FilePayload, expect

from trials.api import Api, Values
from trials.course import Failed
from trials.hands import PATIENCE, Hands

HOTLINES, IMPORTS = "/knowledge_hotlines", "/knowledge_imports"
NAME, MADE_WITHIN = "人社热线", 120.0
TABLE = """\
原编号,标题,内容,原分类,常见问法
R-101,社保卡丢失怎么挂失,拨打12333或在手机上挂失，当天生效。,社保卡,卡丢了怎么办
R-102,社保卡领取进度怎么查,凭身份证号在网上查询。,社保卡,
R-103,,没有标题,社保卡,
"""
FOLDER = {"社保卡/挂失说明.txt": "拨打12333或到网点挂失，当天生效。", "社保卡/打不开.pdf": "%PDF-1.4 坏了"}


async def merged(hands: Hands, manager: Api) -> str:
    """The page of what came from it; Failed when something is there twice, or is missing."""
    page = hands.page
    await page.bring_to_front()
    await hands.open(HOTLINES)
    await page.get_by_test_id("create").click()
    dialog = page.get_by_role("dialog").last
    await dialog.wait_for()
    await hands.fill(dialog, {"name": NAME, "number": "12333", "audience": "公众可见"})
    await hands.picture("hotline")
    await dialog.get_by_test_id("form-save").click()
    await expect(dialog).to_be_hidden(timeout=PATIENCE)
    first = await _take(hands, manager, "首批知识", _table(TABLE), look="标题")
    if (first["good"], first["bad"]) != (2, 1):
        raise Failed(f"the first table gives {first}")
    again = await _take(hands, manager, "次月知识", _table(TABLE.replace("当天生效", "即时生效")))
    if (again["good"], again["changed"], again["again"]) != (0, 1, 1):
        raise Failed(f"the second table gives {again}")
    found = (await manager.ask("GET", f"/api/knowledge/articles?hotline={again['hotline']}"))["items"]
    if sorted(one["origin"] for one in found) != ["R-101", "R-102"]:
        raise Failed(f"of the merged hotline there are {[one['origin'] for one in found]}")
    folder = await _take(hands, manager, "资料文件夹", _folder(), look="打不开.pdf")
    if (folder["good"], folder["bad"]) != (1, 1):
        raise Failed(f"the folder gives {folder}")
    await hands.look(IMPORTS, "imports")
    await hands.look(HOTLINES, "hotlines")
    return f"/knowledge_articles?hotline={again['hotline']}"


async def published(manager: Hands, reviewer: Hands, reader: Api, of_hotline: str) -> None:
    """All of them become what readers find; Failed when one does not."""
    await many(manager, of_hotline, "refile", {"category": "社会保障/公积金"}, done=3, undo=True)
    await many(manager, of_hotline, "submit_many", done=3)
    await many(reviewer, of_hotline, "approve_many", {"opinion": "与原热线一致，同意上架"}, done=3)
    await _seen(reader, 2)
    await many(manager, of_hotline, "withdraw_many", {"reason": "归并资料待核"}, done=3, undo=True)
    await _seen(reader, 2)


async def many(
    hands: Hands, path: str, act: str, values: Values | None = None, *, done: int, undo: bool = False
) -> None:
    """Tick all of a list, look at what the act would do with each, do it, and take it back with `undo`."""
    page = hands.page
    await page.bring_to_front()
    await hands.look(path, f"{act}-list")
    await page.locator(".el-table__header .el-checkbox").first.click()
    await page.get_by_test_id(f"bulk-{act}").click()
    dialog = page.get_by_test_id("bulk-dialog")
    await dialog.wait_for()
    if values:
        await hands.fill(dialog, values)
        await dialog.get_by_test_id("bulk-next").click()
    await expect(dialog.get_by_test_id("bulk-good")).to_contain_text(str(done), timeout=PATIENCE)
    await hands.picture(f"{act}-preview")
    await dialog.get_by_test_id("bulk-run").click()
    await expect(dialog.get_by_test_id("bulk-result")).to_contain_text(f"成功 {done} 条", timeout=PATIENCE)
    if undo:
        await dialog.get_by_test_id("bulk-undo").click()
        await expect(dialog.get_by_test_id("bulk-result")).to_contain_text(f"已撤销 {done} 条", timeout=PATIENCE)
    await hands.picture(f"{act}-done")
    await dialog.get_by_test_id("bulk-close").click()
    await expect(dialog).to_be_hidden(timeout=PATIENCE)


async def _seen(reader: Api, count: int) -> None:
    found = (await reader.ask("GET", "/api/knowledge/published?search=社保卡&size=50"))["items"]
    seen = [one["title"] for one in found if one["title"] in ("社保卡丢失怎么挂失", "社保卡领取进度怎么查")]
    if len(seen) != count:
        raise Failed(f"of the merged hotline readers see {seen}")


def _table(rows: str) -> FilePayload:
    return {"name": "知识.csv", "mimeType": "text/csv", "buffer": rows.encode("gb18030")}


def _folder() -> FilePayload:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in FOLDER.items():
            archive.writestr(name, text)
    return {"name": "资料.zip", "mimeType": "application/zip", "buffer": made.getvalue()}


async def _take(hands: Hands, manager: Api, title: str, file: FilePayload, *, look: str = "") -> dict[str, Any]:
    """Take a file in; with `look` it is tried first, and these words stand among what is wrong with it."""
    page = hands.page
    await hands.open(IMPORTS)
    await page.get_by_test_id("create").click()
    dialog = page.get_by_role("dialog").last
    await dialog.wait_for()
    await hands.fill(dialog, {"title": title, "hotline": NAME})
    await dialog.locator("input[type=file]").set_input_files([file])
    await expect(dialog.get_by_text(file["name"]).first).to_be_visible(timeout=PATIENCE)
    await dialog.get_by_test_id("form-save").click()
    await expect(dialog).to_be_hidden(timeout=PATIENCE)
    rows = (await manager.ask("GET", "/api/knowledge/imports"))["items"]
    id = next(str(one["id"]) for one in rows if one["title"] == title)
    if look:
        await hands.act(f"{IMPORTS}/{id}", "试导入")
        await _until(manager, id, "looked")
        await hands.open(f"{IMPORTS}/{id}")
        await page.get_by_role("tab", name="错误").click()
        await expect(page.get_by_text(look).first).to_be_visible(timeout=PATIENCE)
        await hands.picture(f"import-faults-{file['name']}")
    await hands.act(f"{IMPORTS}/{id}", "导入")
    done = await _until(manager, id, "done")
    await hands.look(f"{IMPORTS}/{id}", f"import-done-{file['name']}")
    return done


async def _until(manager: Api, id: str, state: str) -> dict[str, Any]:
    async with asyncio.timeout(MADE_WITHIN):
        while True:
            found: dict[str, Any] = await manager.ask("GET", f"/api/knowledge/imports/{id}")
            if found["state"] == state:
                return found
            await asyncio.sleep(0.3)
