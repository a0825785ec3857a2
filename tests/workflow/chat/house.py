"""Chats over real flows, the real matching and a real store; citizens and agents are played, time is virtual."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from acd.service import Acd
from acd.settings.schema import AcdSettings
from cti.base.events import Event
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.queue_titles import QueueTitles
from ivr.reach.surroundings import Surroundings
from ivr.running.room import FlowRoom
from ivr.settings import SurveySettings
from tests.ivr.trying import FewFlows
from tests.office import BOSS, office_on
from workflow.chat.book import Book
from workflow.chat.conducting import KEPT, Conducting
from workflow.chat.desk import ChatDesk
from workflow.chat.entrances import EntranceFields, Entrances
from workflow.chat.line import ChatRoom
from workflow.chat.messages import Message
from workflow.chat.occasions import SayingsAtHand
from workflow.chat.offers import Offers
from workflow.chat.open_chat import OpenChat
from workflow.chat.service import Chats
from workflow.chat.settings import ChatSettings
from workflow.chat.states import ChatState
from workflow.chat.views import CitizenWritten, Entering
from workflow.chat.watching import Watching
from workflow.chat.window import Window
from workflow.chat.writers import Writers

SETTINGS: dict[str, Any] = {
    "queues": {
        "general": {"title": "综合受理", "wrapup": 0, "ring": 20, "overflow": {"no_agents": "message"}},
        "pensions": {"title": "社保", "wrapup": 0},
    }
}
FLOW = """
flow: hotline
title: 在线
start: begin
default: human
human: human
nodes:
  begin:
    ask: [{text: 请问您要咨询什么？}]
    intents:
      water: {next: water, title: 停水, words: [停水]}
    tries: 2
    say_unknown: {text: 没有听懂。}
    unknown: human
    timeout: human
  water:
    say: {text: 城东今晚停水。}
    next: more
  more:
    menu: [{text: 还有别的问题吗？}]
    keys: {"1": {next: begin, title: 还有}, "2": {next: bye, title: 没有了}}
    timeout: bye
    invalid: bye
  human:
    queue: general
    steps:
      - {after: 0, say: [{text: 正在为您转接人工。}]}
    next: rate
    no_agents: message
    else: message
  message:
    record: [{text: 现在没有客服，请留言。}]
    into: left
    next: bye
    hangup: bye_silent
  rate:
    rate: [{text: 请评价。}]
    scores: {"1": 100, "2": 0}
    titles: {"1": 满意, "2": 不满意}
    next: bye
  bye:
    end: served
    say: {text: 再见。}
  bye_silent:
    end: served
"""


class Texts:
    """No prompt is needed."""

    def text(self, prompt: str) -> str:
        return f"〔{prompt}〕"


@dataclass
class ChatHouse:
    """One engine's chats."""

    office: Office
    journal: Journal
    acd: Acd
    book: Book
    offers: Offers
    conducting: Conducting
    chats: Chats
    entrances: Entrances
    desk: ChatDesk
    window: Window
    watching: Watching
    key: str
    there: set[str]
    """Agents who have the console open."""
    told: list[Event]
    left: list[tuple[str, str, str]] = field(default_factory=list)
    sayings: SayingsAtHand = field(default_factory=SayingsAtHand)
    tokens: dict[str, str] = field(default_factory=dict)

    async def open(self, who: str = "citizen") -> OpenChat:
        """The citizen opens the window, again with the same browser."""
        found = await self.window.enter(self.key, self.tokens.get(who, ""), Entering())
        self.tokens[who] = found.token or self.tokens[who]
        assert found.chat is not None
        chat = self.book.find(found.chat.id)
        assert chat is not None
        return chat

    async def writes(self, text: str, key: str = "", who: str = "citizen", **button: Any) -> None:
        """The citizen writes; `chosen` and `of` when he presses a button."""
        body = CitizenWritten(text=text, key=key or f"k{id(text)}-{self.office.clock.wall().timestamp():.0f}", **button)
        await self.window.write(self.key, self.tokens[who], body)

    def sign_in(self, agent: str) -> None:
        self.acd.sign_in(agent)
        self.there.add(agent)

    def pass_time(self, seconds: float) -> None:
        self.office.clock.advance(seconds)  # type: ignore[attr-defined] # a virtual one


@asynccontextmanager
async def chat_house(
    store: Store, *, office: Office | None = None, flow: str = FLOW, key: str = "", kept: bool = False
) -> AsyncIterator[ChatHouse]:
    """Another engine's when `office` is that of the one before."""
    office = office or await office_on(store, "chat")
    journal = Journal.start(store, lambda event: None)
    told: list[Event] = []
    acd = Acd(office.clock, AcdSettings.model_validate(SETTINGS), told.append)
    acd.can_ring = lambda agent: True
    surroundings = Surroundings(office.clock)
    flows = FlowRoom(FewFlows(flow), surroundings, Texts(), SurveySettings(), lambda event: None, store.cipher)
    left: list[tuple[str, str, str]] = []
    there: set[str] = set()

    async def keep_left(chat: OpenChat, text: str, number: str) -> None:
        left.append((chat.id, text, number))

    def name(agent: str) -> str:
        return f"{agent} 号客服"

    book, offers, settings = Book(office), Offers(), ChatSettings()
    offers.can_take = there.__contains__
    room = ChatRoom(book, acd, offers, flows, office.clock, settings, name, keep_left)
    conducting = Conducting(room, journal)
    queues = QueueTitles(lambda: {"general": "综合受理", "pensions": "社保"})
    chats = Chats(office, queues, "0519")
    entrances = Entrances(office, lambda one: one == "hotline")
    if not key:
        key = (await entrances.create(BOSS, EntranceFields(name="门户", welcome="您好，这里是12345。"))).key
    desk = ChatDesk(book, offers, chats, acd, queues, office.clock, name)
    window = Window(office, book, entrances, Writers(office), settings, conducting.lead, name)
    await book.load(await StoredCalls(store).kept(KEPT))
    conducting.restore()
    for chat in book.open:
        conducting.lead(chat)
    watching = Watching(book, offers, office.clock, settings, there.__contains__, room.sayings)
    try:
        yield ChatHouse(
            office,
            journal,
            acd,
            book,
            offers,
            conducting,
            chats,
            entrances,
            desk,
            window,
            watching,
            key,
            there,
            told,
            left,
            room.sayings,
        )
    finally:
        await conducting.stop()
        acd.stop()
        await journal.close()
        for service in ("chat", "chat_entrance"):
            office.services.pop(service, None)


async def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds: stores answer in their own time."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)


def texts(chat: OpenChat) -> list[str]:
    """What stands in a chat, with who wrote it."""
    return [f"{one.side}: {one.text}" for one in chat.messages]


def last(chat: OpenChat) -> Message:
    return chat.messages[-1]


def agent(number: str, *permissions: str) -> Visitor:
    """Somebody who talks, and reaches his own."""
    given = frozenset(permissions or ("chat.talk", "chat.see"))
    return Visitor(
        f"01{number}", number, number, number, "city", "320400", permissions=given, scope=Scope(agent=number),
        address="10.0.0.9",
    )  # fmt: skip


LEADER = replace(
    agent("8001", "chat.talk", "chat.see", "chat.supervise"), scope=Scope(organisations=frozenset({"city"}))
)


def states(chats: Sequence[OpenChat]) -> list[ChatState]:
    return [one.state for one in chats]
