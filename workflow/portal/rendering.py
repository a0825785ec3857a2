"""Draws the pages of the site: one frame for all plugins, escaped, readable without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import jinja2
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http.guard import csrf_of
from cti.base.http.problems import STATUS
from cti.base.http.routes import Exchange
from cti.base.refusal import NotSignedIn, Refusal, TooMany
from cti.base.times.business_time import ZONE
from cti.web.challenge import Mac
from workflow.portal.menu import Entry, Menu
from workflow.portal.settings import PortalSettings

TEMPLATES = Path(__file__).parent / "templates"
OWN = "portal"
VIEW_COOKIE = "portal-view"
VIEWS = {"": "标准", "large": "大字", "contrast": "高对比", "reader": "读屏"}
"""Ways to see the site (适老化与无障碍): each page is drawn so, scripts or not."""


class Pages:
    """Renders templates; `name/page.html` is a template of the plugin that added the folder `name`."""

    def __init__(
        self, menu: Menu, settings: PortalSettings, own: Callable[[], list[Entry]], mac: Mac
    ) -> None:  # fmt: skip
        self._menu, self.settings, self._own, self._mac = menu, settings, own, mac
        self._folders: dict[str, jinja2.BaseLoader] = {}
        self._jinja = jinja2.Environment(
            loader=jinja2.PrefixLoader(self._folders), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._jinja.filters.update(day=day, moment=moment, url=lambda text: quote(str(text), safe=""))
        self.add_templates(OWN, TEMPLATES)

    def add_templates(self, name: str, folder: Path) -> Callable[[], None]:
        """Templates of a plugin; they extend `portal/frame.html`."""
        self._folders[name] = jinja2.FileSystemLoader(folder)

        def undo() -> None:
            del self._folders[name]

        return undo

    def page(
        self,
        exchange: Exchange,
        template: str,
        title: str,
        *,
        status: int = 200,
        private: bool = False,
        **values: object,
    ) -> web.Response:
        """A page. What is `private` is found by no search engine."""
        path = exchange.request.path
        view = view_of(exchange)
        text = self._jinja.get_template(template).render(
            title=title, site=self.settings, path=path, here=exchange.request.path_qs, view=view, views=VIEWS,
            menu=[*self._own(), *self._menu.entries], citizen=exchange.citizen, private=private,
            owner=self._owner(exchange.citizen),
            csrf=csrf_of(exchange.token) if exchange.citizen is not None else "", **values,
        )  # fmt: skip
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")

    def _owner(self, citizen: Citizen | None) -> str:
        """By which a browser tells whose draft it keeps: the same at each sign-in of one person, and says no number."""
        if citizen is None:
            return ""
        return self._mac("portal browser", f"{citizen.number.digits} {citizen.held_since}".encode())[:24]

    def refused(self, exchange: Exchange, refusal: Refusal) -> web.Response:
        """Why not, and what to do; who must sign in is led there and back."""
        if isinstance(refusal, NotSignedIn):
            back = exchange.request.path_qs if exchange.request.method == "GET" else "/mine"
            return see_other(f"/enter?next={quote(back, safe='')}")
        status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)
        response = self.page(
            exchange, "portal/refused.html", refusal.title, status=status, private=True, words=refusal.detail
        )
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(max(1, round(refusal.retry_after)))
        return response


def see_other(path: str) -> web.Response:
    """Go on to a page of the site."""
    return web.Response(status=303, headers={"Location": path})


def inside(path: str, otherwise: str = "/") -> str:
    """The path, if it is one of the site itself: nobody is led elsewhere by a link to us."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else otherwise


def view_of(exchange: Exchange) -> str:
    """How the visitor wants to see the site."""
    found = exchange.request.cookies.get(VIEW_COOKIE, "")
    return found if found in VIEWS else ""


def day(at: datetime | None) -> str:
    """A day as people say it."""
    return "" if at is None else f"{(here := at.astimezone(ZONE)).year}年{here.month}月{here.day}日"


def moment(at: datetime | None) -> str:
    """A day and the time."""
    return "" if at is None else f"{day(at)} {at.astimezone(ZONE):%H:%M}"
