"""The page of a link: three questions and the reason, in the public site's frame, without a script."""

from __future__ import annotations

from aiohttp import web

from cti.base.clock import Clock
from cti.base.http.forms import Form
from cti.base.http.routes import PUBLIC, Exchange, Route
from cti.base.rates import AddressRate
from workflow.portal.rendering import Pages
from workflow.revisit.links import AT, Links
from workflow.revisit.results import Heard
from workflow.revisit.rules import SATISFACTIONS, WHYS
from workflow.revisit.views import SOLVED

TITLE = "诉求办理评价"
PER_HOUR = 60
"""Looks and answers from one address: a family, an office; not somebody who tries links."""
LONGEST = 1000
QUESTIONS = (
    ("solved", "您反映的问题是否已经解决？", SOLVED),
    ("satisfaction", "您对办理结果是否满意？", SATISFACTIONS),
    ("hotline", "您对12345热线的服务是否满意？", SATISFACTIONS),
)


class LinkPages:
    """The routes. `pages` draws, while the public site's frame is there."""

    def __init__(self, links: Links, pages: Pages, clock: Clock) -> None:
        self._links, self._pages = links, pages
        self._rate = AddressRate(clock, PER_HOUR / 3600, PER_HOUR)

    def routes(self) -> list[Route]:
        """Both are for whoever has the link."""
        one = f"{AT}/{{token}}"
        return [
            Route("GET", one, self.show, PUBLIC, TITLE, outside=True, page=True),
            Route("POST", one, self.take, PUBLIC, "提交诉求办理评价", outside=True, page=True),
        ]

    async def show(self, token: str, exchange: Exchange) -> web.Response:
        """The questions. NotFound once the link is over."""
        self._rate.take(exchange.address)
        return await self._form(exchange, token, {}, {})

    async def take(self, token: str, exchange: Exchange) -> web.Response:
        """Take the answers, or show them again with what is missing."""
        self._rate.take(exchange.address)
        said = _said(exchange.form)
        wrong = {key: "请选择一项" for key, _, options in QUESTIONS if said[key] not in options}
        if said["satisfaction"] == "unsatisfied" and said["why"] not in WHYS:
            wrong["why"] = "请选择不满意的原因"
        if wrong:
            return await self._form(exchange, token, said, wrong)
        why = said["why"] if said["satisfaction"] == "unsatisfied" else ""
        heard = Heard("result", said["solved"], said["satisfaction"], said["hotline"], said["reason"], why)
        await self._links.answer(token, heard)
        return self._pages.page(exchange, "revisit/thanks.html", TITLE, private=True)

    async def _form(self, exchange: Exchange, token: str, said: dict[str, str], wrong: dict[str, str]) -> web.Response:
        asked = await self._links.asked(token)
        return self._pages.page(
            exchange, "revisit/link.html", TITLE, private=True, status=422 if wrong else 200, asked=asked, said=said,
            wrong=wrong, questions=QUESTIONS, whys=WHYS, longest=LONGEST,
        )  # fmt: skip


def _said(form: Form) -> dict[str, str]:
    found = {key: form.get(key) for key in ("solved", "satisfaction", "hotline", "why")}
    return {**found, "reason": form.get("reason").strip()[:LONGEST]}
