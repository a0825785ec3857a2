"""The department on its telephone: signs, photographs, replies, and for a while has no network."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, expect

from trials.channels import town
from trials.channels.seeing import findings
from trials.course import Failed
from trials.hands import PATIENCE, Hands

ANSWER = "已更换锦绣小区5号楼旁灯具，当晚恢复照明，并已电话告知您。"
KEPT = "caches.open('console-1').then((one) => one.keys()).then((all) => all.map((one) => one.url))"


class Clerk:
    """Somebody of a department with a telephone in his hand."""

    def __init__(self, hands: Hands) -> None:
        self._hands, self._page = hands, hands.page

    async def signs(self, title: str) -> None:
        """From the message to the ticket, and takes it."""
        tabs = self._page.get_by_role("navigation", name="主菜单")
        for tab in ("消息", "应用", "通讯录", "我的"):
            await tabs.get_by_text(tab, exact=True).click()
            await self._page.wait_for_load_state("networkidle")
            await self._looked_at(f"tab-{tab}")
        await self._hands.open("/tickets_sign")
        await self._page.get_by_text(title).first.click()
        await self._page.get_by_test_id("record-title").wait_for()
        # Its map programme opens where the citizen said that it is.
        await expect(self._page.locator(town.MAP_LINK).first).to_be_visible(timeout=PATIENCE)
        await self._looked_at("ticket")
        await self._press("签收")
        box = self._page.locator(".el-message-box")
        await box.locator(".el-button--primary").click()
        await expect(box).to_be_hidden(timeout=PATIENCE)

    async def reads(self, added: str) -> None:
        """What the citizen has added since."""
        await self._page.get_by_role("tab", name="进展").or_(self._page.get_by_role("tab", name="动态")).first.click()
        await expect(self._page.get_by_text(added).first).to_be_visible(timeout=PATIENCE)

    async def photographs(self) -> None:
        """By the camera beside the ticket's files."""
        photo = Path(tempfile.mkdtemp(prefix="hotline-trial-photo-")) / "现场.jpg"
        Image.effect_noise((1600, 1200), 40).convert("RGB").save(photo, quality=70)
        await self._page.get_by_role("tab", name="附件").click()
        await self._page.get_by_test_id("files-camera").set_input_files(photo)
        await expect(self._page.get_by_test_id("file").filter(has_text=photo.name)).to_be_visible(timeout=PATIENCE)
        await self._looked_at("photo")

    async def replies(self) -> None:
        """Without a network first: what he wrote is there when it is back, and is sent then."""
        dialog = await self._press("办结反馈")
        await dialog.get_by_test_id("field-answer").fill(ANSWER)
        await dialog.get_by_test_id("field-contacted").click()
        await self._page.context.set_offline(True)
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_contain_text("连接不上服务器", timeout=PATIENCE)
        await self._hands.picture("offline")
        await dialog.get_by_role("button", name="取消").click()
        await self._page.context.set_offline(False)
        await self._page.reload()
        dialog = await self._press("办结反馈")
        await expect(dialog.get_by_test_id("form-unsent")).to_be_visible(timeout=PATIENCE)
        await expect(dialog.get_by_test_id("field-answer")).to_have_value(ANSWER, timeout=PATIENCE)
        await self._hands.picture("unsent")
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=PATIENCE)
        # It opens without a network, and nothing of tickets is kept in the telephone.
        await self._page.wait_for_function("navigator.serviceWorker.controller !== null")
        kept = await self._page.evaluate(KEPT)
        if not kept or (told := [one for one in kept if "/api/" in one]):
            raise Failed(f"the telephone keeps {told if kept else 'nothing'}")

    async def _press(self, title: str) -> Locator:
        await self._page.get_by_role("button", name=title).first.click()
        dialog = self._page.get_by_role("dialog").last
        await dialog.wait_for()
        return dialog

    async def _looked_at(self, name: str) -> None:
        await self._hands.picture(name)
        if found := await findings(self._page):
            raise Failed(f"{name}: {'; '.join(found)}")
