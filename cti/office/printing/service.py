"""Prints what modules hand it, by the template that is meant: one's own organisation's, else the house's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Literal

from cti.base.clock import Clock
from cti.base.expressions import ExpressionError
from cti.base.files.sentences import in_chinese
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.printing.kinds import Printed
from cti.office.printing.library import PrintFile, PrintLibrary
from cti.office.printing.pieces import NoFont, Paper, filled_in

Format = Literal["docx", "pdf"]
TYPES: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


class Printing:
    """Draws records by published templates, as whoever prints may see them."""

    def __init__(self, library: PrintLibrary, clock: Clock, house: str) -> None:
        self.library, self._clock, self._house = library, clock, house

    def offer(self, kind: Printed) -> Callable[[], None]:
        """Let things of a kind be printed; returns the undo."""
        return self.library.offer(kind)

    def template(self, visitor: Visitor, about: str) -> PrintFile:
        """The template of a kind of things for a visitor; NotFound."""
        found = [one for one in self.library.files.values() if one.head.about == about]
        own = [one for one in found if one.organisation and one.organisation == visitor.organisation]
        house = sorted((one for one in found if not one.organisation), key=lambda one: (one.name != about, one.name))
        if not (usable := [*own, *house]):
            raise NotFound("no_template", "还没有打印模板")
        return usable[0]

    async def printed(self, visitor: Visitor, about: str, data: Mapping[str, Any], format: Format) -> bytes:
        """The file; Conflict says in the template's words what cannot be printed."""
        return await self.drawn(self.paper(visitor, self.template(visitor, about), data), format)

    def paper(self, visitor: Visitor, template: PrintFile, data: Mapping[str, Any]) -> Paper:
        """A template with the values of what is printed, and of who prints it."""
        at = self._clock.wall().astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        known = {"print": {"by": visitor.name or visitor.login, "at": at, "house": self._house}, **data}
        try:
            return filled_in(template.head, known)
        except ExpressionError as error:
            words = f"打印模板“{template.title}”有误：{in_chinese(error.message)}"
            raise Conflict("template_wrong", words) from None

    async def drawn(self, paper: Paper, format: Format) -> bytes:
        """As Word or PDF; Conflict where this machine has no Chinese font."""
        try:
            return await asyncio.to_thread(_draw, paper, format)
        except NoFont as error:
            words = "本机没有可用的中文字体，不能生成 PDF；请联系管理员，或改用 Word"
            raise Conflict("no_font", words) from error


def _draw(paper: Paper, format: Format) -> bytes:
    # What draws takes long to load, and no call needs it: with the first paper, in its thread.
    if format == "docx":
        from cti.office.printing.word import word

        return word(paper)
    from cti.office.printing.pdf import pdf

    return pdf(paper)
