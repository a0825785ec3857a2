"""Starts the chats: those that went on go on, citizens write on the public site, agents answer in the console."""

from __future__ import annotations

import asyncio
from pathlib import Path

from acd.service import Acd, OpenChats
from cti.base.http.topics import Nothing
from cti.office.figures import Figures
from cti.office.records import Office
from cti.office.reports.delivery import deliver
from cti.office.reports.service import Reports
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.own_calls import WrittenTalks
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from cti.web.public_site import PublicSite
from ivr.running.room import FlowRoom
from ivr.workshop.library import FlowLibrary
from ivr.workshop.uses import FlowUses
from workflow.chat.book import Book
from workflow.chat.conducting import KEPT, Conducting
from workflow.chat.desk import ChatDesk
from workflow.chat.desk_api import routes
from workflow.chat.entrances import Entrances
from workflow.chat.facts import source
from workflow.chat.floor import ChatFloor
from workflow.chat.floor import routes as floor_routes
from workflow.chat.line import ChatRoom
from workflow.chat.messages import LONGEST, Message
from workflow.chat.occasions import SayingsAtHand
from workflow.chat.offers import Offers
from workflow.chat.open_chat import OpenChat
from workflow.chat.phrases import Phrases
from workflow.chat.phrases import routes as phrase_routes
from workflow.chat.public_api import FILES, PublicChatApi
from workflow.chat.sayings import Sayings
from workflow.chat.sayings import routes as saying_routes
from workflow.chat.service import Chats
from workflow.chat.settings import ChatSettings
from workflow.chat.states import ChatState
from workflow.chat.talks import SCREEN, ChatTalks
from workflow.chat.topics import CHAT_FLOOR, CHATS
from workflow.chat.watching import Watching
from workflow.chat.window import Window
from workflow.chat.writers import Writers
from workflow.missed.lost import Lost
from workflow.missed.service import Missed

SITE = Path(__file__).parent / "site"
LOADER, PAGE = "widget.js", "window.html"


async def setup(host: Host) -> Teardown:
    """Take up the chats that go on, and serve them."""
    settings, office, acd = host.section(ChatSettings), host.need(Office), host.need(Acd)
    journal, flows = host.need(Journal), host.need(FlowRoom)
    web, site, queues, missed = host.need(Web), host.need(PublicSite), host.need(QueueTitles), host.need(Missed)

    def name_of(agent: str) -> str:
        return f"{agent} 号客服" if agent else "客服"

    def is_there(agent: str) -> bool:
        return web.hub.is_at(CHATS.name, agent)

    async def left(chat: OpenChat, text: str, number: str) -> None:
        queue = chat.queue or flows.surroundings.human_queue
        lost = Lost(
            chat.id, chat.organisation, chat.region, number, "message", queue, host.clock.wall(), said=text[:LONGEST]
        )
        await missed.take_in([lost])

    tell_floor = host.live(CHAT_FLOOR, lambda visitor: Nothing())

    def told(chat: OpenChat, message: Message | None) -> None:
        tell_floor(
            chat.id,
            {"chat": chat.id, "last": chat.last, "organisation": chat.organisation, "region": chat.region},
        )
        if chat.agent:
            web.hub.change(CHATS.name, chat.id, {"chat": chat.id, "last": chat.last}, person=chat.agent)

    book, offers = Book(office), Offers()
    offers.told = lambda agent: web.hub.change(CHATS.name, "", {"chat": "", "last": 0}, person=agent)
    offers.can_take = is_there
    hand, library = SayingsAtHand(office.organisation), host.need(FlowLibrary)
    sayings = Sayings(office, lambda: {name: one.title or name for name, one in library.flows.items()}, hand)
    await sayings.refresh()
    room = ChatRoom(book, acd, offers, flows, host.clock, settings, name_of, left, hand)
    conducting = Conducting(room, journal)
    area = host.settings.house.area
    chats, phrases = Chats(office, queues, area), Phrases(office)
    entrances = Entrances(office, lambda name: _has(flows, name))
    host.on_stop(host.need(FlowUses).add(entrances.led_to))
    desk = ChatDesk(book, offers, chats, acd, queues, host.clock, name_of)
    floor = ChatFloor(desk, office.store)
    window = Window(office, book, entrances, Writers(office), settings, conducting.lead, name_of)
    await book.load(await host.need(StoredCalls).kept(KEPT))
    host.on_stop(host.need(Figures).offer(source(chats, queues)))
    await deliver(host.need(Reports), Path(__file__).parent)
    host.provide(Chats, chats)
    host.provide(Entrances, entrances)
    host.provide(Phrases, phrases)
    host.provide(Sayings, sayings)
    host.provide(Book, book)
    host.provide(Window, window)
    host.provide(OpenChats, _Talking(book))  # type: ignore[type-abstract]  # a protocol
    conducting.restore()
    for chat in book.open:
        conducting.lead(chat)
    host.on_stop(book.on_told(told))
    host.live(CHATS, desk.mine, lambda visitor, key, about: True)
    host.on_stop(host.need(WrittenTalks).offer(SCREEN, ChatTalks(book, office.store, area).find))
    host.on_stop(web.add([*routes(chats, desk, entrances), *phrase_routes(phrases), *floor_routes(floor)]))
    host.on_stop(web.add(saying_routes(sayings)))
    loader, page = await asyncio.gather(*(asyncio.to_thread((SITE / one).read_text, "utf-8") for one in (LOADER, PAGE)))
    host.on_stop(site.add(PublicChatApi(office, window, entrances, loader, page).routes()))
    host.on_stop(await asyncio.to_thread(site.add_files, FILES, SITE))
    host.task(Watching(book, offers, host.clock, settings, is_there, hand).run(), "watch that citizens are answered")
    return conducting.stop


def _has(flows: FlowRoom, name: str) -> bool:
    try:
        flows.flows.current(name)
    except KeyError:
        return False
    return True


class _Talking:
    """See `acd.service.OpenChats`."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def open_chats(self) -> list[str]:
        """Those in which an agent writes."""
        return [one.id for one in self._book.open if one.state is ChatState.TALKING]
