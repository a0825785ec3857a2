"""A house with chats alone: an entrance, and a flow that answers each message with its question again."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from acd.service import Acd
from acd.settings.schema import AcdSettings
from cti.base.clock import LoopClock
from cti.base.files import documents
from cti.office.records import Office
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.testing.office import BOSS, office_on
from ivr.definition import reading
from ivr.definition.flow import Flow
from ivr.reach.surroundings import Surroundings
from ivr.running.room import FlowRoom
from ivr.settings import SurveySettings
from workflow.chat.book import Book
from workflow.chat.conducting import Conducting
from workflow.chat.entrances import EntranceFields, Entrances
from workflow.chat.line import ChatRoom
from workflow.chat.offers import Offers
from workflow.chat.open_chat import OpenChat
from workflow.chat.settings import ChatSettings
from workflow.chat.window import Window
from workflow.chat.writers import Writers

FLOW = """
flow: hotline
title: 在线
start: begin
default: bye
human: bye
nodes:
  begin:
    ask: [{text: 请问您要咨询什么？}]
    intents:
      water: {next: water, title: 停水, words: [停水, 水压], examples: [家里没有水, 水管不出水]}
      fund: {next: fund, title: 公积金, words: [公积金], examples: [房子的钱怎么取, 租房提取]}
    tries: 10
    say_unknown: [{text: 没有听懂，请换个说法。}]
    unknown: begin
    timeout: bye
  water:
    say: [{text: 城东今晚停水，明早六点恢复。}]
    next: begin
  fund:
    say: [{text: 购房和租房都可以提取公积金。}]
    next: begin
  bye:
    end: served
"""


class OneFlow:
    """The library of flows."""

    def __init__(self) -> None:
        self._flow = reading.flow_of(documents.parse(FLOW, "bench.yaml"), 1)

    def current(self, name: str) -> Flow:
        """That one."""
        return self._flow

    def latest(self, name: str) -> Flow:
        """See `Flows`."""
        return self.current(name)

    def revision(self, name: str, revision: int) -> Flow:
        """That one."""
        return self._flow


class NoPrompts:
    """No prompt is needed."""

    def text(self, prompt: str) -> str:
        """Its own name."""
        return prompt


async def nobody(chat: OpenChat, text: str, number: str) -> None:
    """No message is left."""


@dataclass(frozen=True, slots=True)
class ChatHouse:
    """What citizens meet: their window, and the entrance's key."""

    office: Office
    book: Book
    window: Window
    key: str


@asynccontextmanager
async def chat_house() -> AsyncIterator[ChatHouse]:
    """One on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-chat-") as folder:
        store = await Store.open(None, Path(folder))
        clock = LoopClock()
        office = replace(await office_on(store, "chat"), clock=clock)
        journal = Journal.start(store, lambda event: None)
        acd = Acd(clock, AcdSettings.model_validate({"queues": {"general": {"title": "综合受理"}}}), lambda event: None)
        flows = FlowRoom(
            OneFlow(), Surroundings(clock), NoPrompts(), SurveySettings(), lambda event: None, store.cipher
        )
        book, settings = Book(office), ChatSettings(per_minute=600)
        conducting = Conducting(ChatRoom(book, acd, Offers(), flows, clock, settings, str, nobody), journal)
        entrances = Entrances(office, lambda name: True)
        entrance = await entrances.create(BOSS, EntranceFields(name="门户"))
        window = Window(office, book, entrances, Writers(office), settings, conducting.lead, str)
        try:
            yield ChatHouse(office, book, window, entrance.key)
        finally:
            await conducting.stop()
            acd.stop()
            await journal.close()
            await store.close()
