"""Forms of a flow's nodes over HTTP: the text comes with each question and goes back changed; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import pydantic

from cti.base.files.documents import DocumentError
from cti.base.files.parts import NAME
from cti.base.http.routes import Route
from cti.base.refusal import Invalid
from cti.office.workshop.api import TEXT_LIMIT, TextBody
from ivr.rights import EDIT, READ
from ivr.workshop import node_editing
from ivr.workshop.node_forms import NodeForm, form_of, form_of_head
from ivr.workshop.text_editing import Path

NodeName = Annotated[str, pydantic.Field(pattern=NAME)]
Key = Annotated[str, pydantic.Field(max_length=80)]
Words = Annotated[str, pydantic.Field(max_length=500)]


class NodeBody(TextBody):
    """Which node; empty: the flow itself, with its name, type and note."""

    node: NodeName | Literal[""]


class ChangeBody(NodeBody):
    """What is filled in: `path` as the form said it."""

    path: list[Key | int] = pydantic.Field(min_length=1, max_length=6)
    value: Words | int | float | list[Words]


class TakeOutBody(NodeBody):
    """What is taken out of a node: a key, an intent, a way."""

    path: list[Key | int] = pydantic.Field(min_length=1, max_length=3)


class KeyBody(NodeBody):
    """One more key."""

    key: str = pydantic.Field(pattern=r"^[0-9*#]$")
    to: NodeName


class IntentBody(NodeBody):
    """One more intent."""

    title: str = pydantic.Field(min_length=1, max_length=20)
    words: list[Words] = pydantic.Field(min_length=1, max_length=100)
    to: NodeName


class NewNodeBody(NodeBody):
    """A node that stands after `node`; `called` is the other flow of a jump node."""

    kind: str = pydantic.Field(max_length=20)
    note: str = pydantic.Field(min_length=1, max_length=80)
    called: NodeName | Literal[""] = ""


class RemoveBody(NodeBody):
    """A node that goes, and the one to which its ways lead from now on."""

    to: NodeName


class Edited(pydantic.BaseModel):
    """The text as it is now, and the node to look at."""

    text: str
    node: str


class NodeApi:
    """The handlers. Whoever may edit flows may use them; saving the text is another step."""

    def routes(self) -> list[Route]:
        """All of them take a text."""
        base = "/api/flows/nodes"
        return [
            Route("POST", f"{base}/form", self.form, READ, "话术节点的表单", limit=TEXT_LIMIT),
            Route("POST", f"{base}/change", self.change, EDIT, "在流程文本中修改节点", limit=TEXT_LIMIT),
            Route("POST", f"{base}/take_out", self.take_out, EDIT, "在流程文本中删除按键或意图", limit=TEXT_LIMIT),
            Route("POST", f"{base}/key", self.key, EDIT, "在流程文本中新增按键", limit=TEXT_LIMIT),
            Route("POST", f"{base}/intent", self.intent, EDIT, "在流程文本中新增意图", limit=TEXT_LIMIT),
            Route("POST", f"{base}/add", self.add, EDIT, "在流程文本中新增节点", limit=TEXT_LIMIT),
            Route("POST", f"{base}/remove", self.remove, EDIT, "在流程文本中删除节点", limit=TEXT_LIMIT),
        ]

    async def form(self, body: NodeBody) -> NodeForm:
        """What can be filled in."""
        return await asyncio.to_thread(_read, body)

    async def change(self, body: ChangeBody) -> Edited:
        """Another value."""
        return await _edited(body, lambda path: node_editing.changed(body.text, body.node, path, body.value), body.path)

    async def take_out(self, body: TakeOutBody) -> Edited:
        """Without it."""
        return await _edited(body, lambda path: node_editing.taken_out(body.text, body.node, path), body.path)

    async def key(self, body: KeyBody) -> Edited:
        """With one more."""
        return await _edited(body, lambda _: node_editing.with_key(body.text, body.node, body.key, body.to))

    async def intent(self, body: IntentBody) -> Edited:
        """With one more."""
        return await _edited(
            body, lambda _: node_editing.with_intent(body.text, body.node, body.title, body.words, body.to)
        )

    async def add(self, body: NewNodeBody) -> Edited:
        """With one more, which is the one to look at."""
        try:
            text, name = await asyncio.to_thread(
                node_editing.with_node, body.text, body.kind, body.note, body.node, body.called
            )
        except DocumentError as error:
            raise _unreadable(error) from error
        return Edited(text=text, node=name)

    async def remove(self, body: RemoveBody) -> Edited:
        """Without it; its heir is the one to look at."""
        found = await _edited(body, lambda _: node_editing.without_node(body.text, body.node, body.to))
        return Edited(text=found.text, node=body.to)


def _read(body: NodeBody) -> NodeForm:
    try:
        return form_of(body.text, body.node) if body.node else form_of_head(body.text)
    except DocumentError as error:
        raise _unreadable(error) from error


async def _edited(body: NodeBody, edit: Callable[[Path], str], path: Sequence[str | int] = ()) -> Edited:
    try:
        return Edited(text=await asyncio.to_thread(edit, path), node=body.node)
    except DocumentError as error:
        raise _unreadable(error) from error


def _unreadable(error: DocumentError) -> Invalid:
    return Invalid("unreadable", "流程文本有格式错误，请先在文本中改正", "text")
