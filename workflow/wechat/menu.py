"""The account's menu: a file, `HOTLINE_DATA/wechat/menu.yaml`, else the one beside this module; pushed by a click."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pydantic

from cti.base.files.documents import load

OWN = Path(__file__).parent / "menu.yaml"
FILE = "wechat/menu.yaml"


class Part(pydantic.BaseModel):
    """Nothing may stand there that means nothing."""

    model_config = pydantic.ConfigDict(extra="forbid")


class Item(Part):
    """A button: exactly one of `page`, `own`, `web` and `says`."""

    title: str = pydantic.Field(min_length=1, max_length=8)
    page: str | None = pydantic.Field(default=None, pattern=r"^/\S*$")
    own: str | None = pydantic.Field(default=None, pattern=r"^/\S*$")
    web: str | None = pydantic.Field(default=None, pattern=r"^https?://\S+$")
    says: str | None = pydantic.Field(default=None, min_length=1, max_length=40)

    @pydantic.model_validator(mode="after")
    def _one(self) -> Item:
        if sum(one is not None for one in (self.page, self.own, self.web, self.says)) != 1:
            raise ValueError("exactly one of page, own, web and says")
        return self

    def button(self, site: str) -> dict[str, Any]:
        """As WeChat takes it."""
        if self.says is not None:
            return {"type": "click", "name": self.title, "key": self.says}
        if self.own is not None:
            url = f"{site}/wechat?next={quote(self.own, safe='')}"
        else:
            url = self.web if self.web is not None else f"{site}{self.page}"
        return {"type": "view", "name": self.title, "url": url}


class Heading(Part):
    """A button that opens others."""

    title: str = pydantic.Field(min_length=1, max_length=4)
    items: list[Item] = pydantic.Field(min_length=1, max_length=5)

    def button(self, site: str) -> dict[str, Any]:
        """As WeChat takes it."""
        return {"name": self.title, "sub_button": [one.button(site) for one in self.items]}


class MenuFile(Part):
    """The whole file."""

    menu: list[Heading] = pydantic.Field(min_length=1, max_length=3)


def buttons(data: Path, site: str) -> list[dict[str, Any]]:
    """What the file says, for this public site. DocumentError names every line that is wrong. Blocking."""
    own = data / FILE
    found = load(own if own.exists() else OWN).validate(MenuFile)
    return [one.button(site) for one in found.menu]
