"""Every public page that a link leads to, as the citizen sees it: by axe, in each way to see the site, and on paper."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.async_api import Error, Page

from trials.channels.seeing import Seen

ID = re.compile(r"(?<=/)(?=[^/]*\d)[A-Za-z0-9_-]{10,}(?=/|$)")
EACH = 2
"""Pages of one kind that are looked at."""
BEGINS = (
    "/", "/nothing-is-here", "/request/new?type=help", "/request/new?type=suggestion", "/mine/earlier", "/enter",
    "/enter/password", "/progress/", "/figures", "/surveys", "/ask?words=zzz", "/ask?words=公积金",
)  # fmt: skip
"""Where to begin; the rest is found by links."""
LEAST = 20
NOT_PAGES = ("/view", "/wechat", "/enter/unified", "/openapi.json", "/knowledge/files", "/chat/window")
VIEWS = ("large", "contrast", "reader")
SEEN_SO = ("/", "/request/new?type=complaint", "/mine", "/figures", "/ask")
"""Pages that are looked at in each way to see the site."""


class Walk:
    """Of somebody who is signed in."""

    def __init__(self, seen: Seen, site: str, pictures: Path) -> None:
        self._seen, self._site, self._pictures = seen, site, pictures
        self._kinds: Counter[str] = Counter()

    async def all(self) -> list[str]:
        """Open all that is found; returns the kinds of pages. Failed by the first that is not as it should be."""
        ahead, known = list(BEGINS), set(BEGINS)
        page = self._seen.page
        while ahead:
            path = ahead.pop(0)
            kind = ID.sub("ID", urlsplit(path).path)
            if self._kinds[kind] >= EACH + (path in BEGINS):
                continue
            try:
                await page.goto(self._site + path)
            except Error:
                continue  # a file, which is taken and not shown
            self._kinds[kind] += 1
            await self._seen.looked_at(f"page-{_name(kind)}-{self._kinds[kind]}")
            fresh = [one for one in await self._links(page) if one not in known]
            known.update(fresh)
            ahead += fresh
        return sorted(self._kinds)

    async def _links(self, page: Page) -> list[str]:
        found = []
        for link in await page.locator("a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))"):
            whole = urldefrag(urljoin(page.url, link)).url
            path = whole.removeprefix(self._site)
            inside = whole.startswith(self._site) and path.startswith("/")
            if inside and "/files/" not in path and not path.startswith(NOT_PAGES):
                found.append(path)
        return list(dict.fromkeys(found))

    async def views(self) -> None:
        """Large print, high contrast, for who hears it."""
        for view in VIEWS:
            await self._seen.page.goto(f"{self._site}/view?mode={view}&next=/")
            for path in SEEN_SO:
                await self._seen.page.goto(self._site + path)
                await self._seen.looked_at(f"{view}-{_name(urlsplit(path).path)}")
        await self._seen.page.goto(f"{self._site}/view?mode=&next=/")

    async def on_paper(self, paths: dict[str, str]) -> None:
        """As a printer gets them."""
        page = self._seen.page
        for name, path in paths.items():
            await page.goto(self._site + path)
            await page.emulate_media(media="print")
            await self._seen.picture(f"paper-{name}")
            await page.pdf(path=str(self._pictures / f"citizen-paper-{name}.pdf"), format="A4")
        await page.emulate_media(media="screen")


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-") or "first"
