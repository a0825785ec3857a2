"""The citizen at the public site, from his first question to his appeal."""

from __future__ import annotations

import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from trials.channels import town
from trials.channels.gateway import Gateway
from trials.channels.seeing import Seen, slow, weighed
from trials.course import Failed
from trials.hands import PATIENCE

NUMBER, LAST, CALLED = "13900060001", "0001", "李女士"
MOST_BYTES, MOST_SECONDS = 100 * 1024, 8.0
"""Of a first page on a slow network, with nothing kept from before."""
TRIES, PAUSE = 8, 10.0
"""How often a code is asked for, and the seconds between."""
URGED, ADDED = "已经第四天了，请加快。", "灯杆编号 LD-0512，旁边 6 号楼的灯也不亮。"
NOT_CONTENT = "只修好了一盏，6号楼旁边的还是不亮。"
APPEAL = "答复没有说明外地户口是否适用，请重新答复。"


async def ask_for_code(page: Page) -> None:
    """Press the button; who had one less than a minute ago waits, as he is told, and presses again."""
    field = page.get_by_label("短信验证码")
    for _ in range(TRIES):
        await page.get_by_role("button", name="获取验证码").click()
        with suppress(PlaywrightTimeout):
            await field.wait_for(timeout=PAUSE * 1000)
            return
    raise Failed("no code is sent after a minute")


class Citizen:
    """Li, whose number is `NUMBER`, at the browser of his telephone."""

    def __init__(self, page: Page, site: str, pictures: Path, gateway: Gateway, who: str = "citizen") -> None:
        self.page, self._site, self._gateway = page, site, gateway
        self.seen = Seen(page, pictures, who)

    async def arrives(self) -> tuple[int, float]:
        """The first page on a slow network; its bytes, and the seconds until all of it was there. Failed."""
        await slow(self.page)
        async with weighed(self.page) as weight:
            begun = time.monotonic()
            await self.page.goto(self._site)
            await self.page.wait_for_load_state("load")
            seconds = time.monotonic() - begun
        if not 0 < weight.bytes <= MOST_BYTES or seconds > MOST_SECONDS:
            raise Failed(f"the first page is {weight.bytes} bytes in {weight.files} files, and took {seconds:.1f} s")
        await self.seen.looked_at("first")
        return weight.bytes, seconds

    async def searches(self) -> None:
        """By words, opens what is found, and says that it helped."""
        await self.page.get_by_role("searchbox").fill("公积金提取")
        await self.page.get_by_role("button", name="搜索").click()
        await self.page.get_by_role("link", name=town.FUND).first.wait_for()
        await self.seen.looked_at("found")
        await self.page.get_by_role("link", name=town.FUND).first.click()
        await expect(self.page.locator("article")).to_contain_text(town.FUND_TEXT, timeout=PATIENCE)
        await self.page.get_by_role("button", name="有帮助").click()
        await expect(self.page.get_by_text("感谢您的评价")).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at("article")

    async def asks_the_bot(self) -> None:
        """In the window of the site; nobody is at a desk, so he is told what he can do instead."""
        await self.page.goto(self._site)
        async with self.page.expect_popup() as opening:
            await self.page.get_by_role("link", name="在线咨询").first.click()
        window = await opening.value
        await expect(window.get_by_text("请问您要反映或咨询什么问题？")).to_be_visible(timeout=PATIENCE)
        await window.get_by_label("消息", exact=True).fill(town.FUND)
        await window.get_by_role("button", name="发送", exact=True).click()
        await expect(window.get_by_text(f"来源：《{town.FUND}》").last).to_be_visible(timeout=PATIENCE)
        await Seen(window, self.seen._pictures, "citizen").looked_at("bot")
        await window.close()

    async def enters(self) -> None:
        """Sign in by a code, from wherever he was led to the page."""
        await self.page.get_by_role("button", name="获取验证码").click()
        await expect(self.page.get_by_role("link", name="请阅读个人信息保护说明")).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at("enter-not-agreed")
        await self.page.get_by_label("手机号码").fill(NUMBER)
        await self.page.get_by_label("我已阅读并同意").check()
        await ask_for_code(self.page)
        await self.page.get_by_label("短信验证码").fill(await self._gateway.code(NUMBER))
        await self.seen.looked_at("code")
        await self.page.get_by_role("button", name="登录").click()

    async def requests(self) -> str:
        """A complaint with a photo; returns its number."""
        page = self.page
        await page.goto(f"{self._site}/request")
        await self.seen.looked_at("kinds")
        await page.get_by_role("link", name="投诉").click()
        await self.enters()
        await page.get_by_label("诉求内容").fill("灯")
        await page.get_by_role("button", name="提交", exact=True).click()
        await expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at("form-wrong")
        await self._is_called_away()
        await page.get_by_label("诉求分类").select_option(label=town.LIGHT)
        await page.get_by_label("事发地区").select_option(label=town.PLACE)
        await page.get_by_label("详细地址").fill(town.ADDRESS)
        await page.get_by_label("您的姓名").fill("李明")
        await page.get_by_label("照片或文件").set_input_files(self._photo())
        await expect(page.get_by_text("路灯.jpg：已上传")).to_be_visible(timeout=PATIENCE)
        await self._says_where()
        await self.seen.looked_at("form")
        await page.get_by_role("button", name="提交", exact=True).click()
        await expect(page.get_by_role("heading", name="附近已有类似诉求")).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at("double")
        await page.get_by_role("button", name="不是同一件，继续提交").click()
        number = await page.locator(".receipt").inner_text()
        await self.seen.looked_at("receipt")
        return number

    async def _says_where(self) -> None:
        """By the place of his telephone, after he was asked."""
        await self.page.context.grant_permissions(["geolocation"])
        await self.page.context.set_geolocation({"latitude": town.NORTH, "longitude": town.EAST, "accuracy": 12})
        await self.page.get_by_role("button", name="用我的位置").click()
        await expect(self.page.get_by_text(f"北纬 {town.NORTH}°，东经 {town.EAST}°")).to_be_visible(timeout=PATIENCE)

    async def _is_called_away(self) -> None:
        """What he typed is there after a reload, without a network, and kept with his account."""
        page = self.page
        await page.goto(f"{self._site}/request/new?type=complaint")
        await page.get_by_label("诉求内容").fill(town.TEXT + town.WHO)
        await page.context.set_offline(True)
        await page.get_by_role("button", name="提交", exact=True).click()
        await expect(page.get_by_text("网络已断开")).to_be_visible(timeout=PATIENCE)
        await self.seen.picture("offline")
        await page.context.set_offline(False)
        await page.reload()
        await expect(page.get_by_label("诉求内容")).to_have_value(town.TEXT + town.WHO, timeout=PATIENCE)
        await page.get_by_role("button", name="保存草稿").click()
        await expect(page.get_by_text("您有一份未提交的诉求")).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at("draft")
        await page.get_by_role("link", name="继续填写").click()
        await expect(page.get_by_label("诉求内容")).to_have_value(town.TEXT + town.WHO, timeout=PATIENCE)

    @staticmethod
    def _photo() -> Path:
        photo = Path(tempfile.mkdtemp(prefix="hotline-trial-photo-")) / "路灯.jpg"
        picture = Image.effect_noise((1600, 1200), 60).convert("RGB")
        ImageDraw.Draw(picture).rectangle((700, 200, 740, 1200), fill=(60, 60, 70))
        picture.save(photo, quality=70)
        return photo

    async def opens(self, number: str) -> None:
        """A request of his, by his list."""
        await self.page.goto(f"{self._site}/mine")
        await self.page.locator(f'a[href$="/{number}"]').first.click()
        await expect(self.page.get_by_role("list", name="办理流程")).to_be_visible(timeout=PATIENCE)

    async def acts(self, title: str, words: str = "", *, picture: str = "", label: str = "") -> None:
        """Open what he may do with the request before him, fill it in, and send it."""
        box = self.page.locator(".act").filter(has=self.page.locator("summary", has_text=title))
        if not await box.locator("form").is_visible():
            await box.locator("summary").click()
        if words:
            await box.get_by_label(label or re.compile("说明|理由")).first.fill(words)
        if picture:
            await self.seen.looked_at(picture)
        await box.get_by_role("button", name=title).click()
        await expect(self.page.locator(".good[role=status]").first).to_be_visible(timeout=PATIENCE)

    async def follows(self, number: str) -> None:
        """Where it is, urged once, added to; the photo is there."""
        await self.opens(number)
        await expect(self.page.get_by_role("link", name="路灯.jpg")).to_be_visible(timeout=PATIENCE)
        await expect(self.page.locator(town.MAP_LINK)).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at("own")
        await self.acts("催办", URGED)
        await self.acts("补充", ADDED, picture="supplement")
        await self.seen.looked_at("supplemented")

    async def reads(self, number: str, answer: str, picture: str) -> None:
        """The answer of the department, which he has a message of."""
        await self.page.goto(f"{self._site}/mine/messages")
        await expect(self.page.get_by_text(number).first).to_be_visible(timeout=PATIENCE)
        await self.seen.looked_at(f"{picture}-message")
        await self.opens(number)
        await expect(self.page.locator(".answer")).to_contain_text(answer, timeout=PATIENCE)

    async def rates(self, choice: str, picture: str) -> None:
        """What became of it; who is not content says why."""
        box = self.page.locator("#act-rate")
        await box.get_by_label(choice, exact=True).check()
        if choice == "不满意":
            await box.get_by_role("button").click()
            await expect(box.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)
            await self.seen.looked_at(f"{picture}-wrong")
            await box.get_by_label("问题未解决").check()
            await box.get_by_label("意见和建议").fill(NOT_CONTENT)
        await self.seen.looked_at(picture)
        await box.get_by_role("button", name="评价").click()
        await expect(self.page.get_by_text("感谢您的评价")).to_be_visible(timeout=PATIENCE)

    async def appeals(self, number: str, answer: str) -> None:
        """Against the answer that an agent gave on the telephone; it goes to the shift leader."""
        await self.opens(number)
        await expect(self.page.locator(".answer")).to_contain_text(answer, timeout=PATIENCE)
        await self.seen.looked_at("called-own")
        await self.acts("申诉", APPEAL, picture="appeal")
        await expect(self.page.locator(".state.big")).to_contain_text("正在重新研究", timeout=PATIENCE)
        await self.seen.looked_at("appealed")

    async def leaves(self, numbers: list[str]) -> None:
        """He takes his data along, and closes his account; nothing of it opens afterwards."""
        page = self.page
        await page.goto(f"{self._site}/mine/account")
        await page.get_by_label("怎么称呼您").fill(CALLED)
        await page.get_by_role("button", name="保存", exact=True).click()
        await expect(page.get_by_text("已保存")).to_be_visible(timeout=PATIENCE)
        async with page.expect_download() as taking:
            await page.get_by_role("button", name="下载").click()
        text = Path(await (await taking.value).path()).read_text("utf-8")
        if missing := [one for one in (NUMBER, CALLED, *numbers) if one not in text]:
            raise Failed(f"his data lack {missing}")
        await page.get_by_label("手机号码后四位").fill(LAST)
        await page.get_by_role("button", name="注销账户").click()
        await expect(page.get_by_role("status").first).to_contain_text("注销", timeout=PATIENCE)
        await self.seen.looked_at("left")
        await page.goto(f"{self._site}/mine")
        await expect(page.get_by_role("heading", name="登录或注册")).to_be_visible(timeout=PATIENCE)
