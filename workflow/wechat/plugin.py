"""Starts the official account: messages become chats and are answered, readers sign in, requests are told of."""

from __future__ import annotations

from pathlib import Path

from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from cti.plugins import Host, Teardown
from cti.web.host import Web
from cti.web.public_site import PublicSite
from workflow.chat.book import Book
from workflow.chat.entrances import Entrances
from workflow.chat.window import Window
from workflow.portal.accounts import Accounts
from workflow.portal.rendering import Pages
from workflow.publishing.outside import PublicPublications
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.by_citizens.telling import HEARD, Telling
from workflow.wechat.answering import Answering
from workflow.wechat.api import WechatApi
from workflow.wechat.chatting import Chatting
from workflow.wechat.entering import WechatEntering
from workflow.wechat.files import LinkedFiles
from workflow.wechat.letters import Letters
from workflow.wechat.managing import Managing
from workflow.wechat.readers import Readers
from workflow.wechat.receiving import Receiving
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.account import OfficialAccount

TEMPLATES = Path(__file__).parent / "templates"


async def setup(host: Host) -> Teardown:
    """Take up what is not done yet, and serve WeChat and its readers."""
    now = [WechatSettings()]

    def changed(settings: WechatSettings) -> None:
        now[0] = settings

    def settings() -> WechatSettings:
        return now[0]

    changed(host.section(WechatSettings, changed))
    office, book, site, accounts = host.need(Office), host.need(Book), host.need(PublicSite), host.need(Accounts)
    pages, entrances, window = host.need(Pages), host.need(Entrances), host.need(Window)
    sessions = host.need(PublicSessions)
    account, readers = OfficialAccount(settings, host.clock), Readers(office, sessions.holders)
    linked = LinkedFiles(office, settings, book)
    answering = Answering(office, book, account, linked.link)
    chatting = Chatting(office, settings, account, readers, window, entrances, answering.talks)
    receiving = Receiving(office, settings, chatting.take)
    letters = Letters(office, settings, account, readers)
    managing = Managing(office, settings, account, host.data)
    telling = Telling(host.need(OwnRequests), sessions.holders, letters.tell)
    entering = WechatEntering(office, settings, account, readers, sessions, accounts, pages)
    host.when(PublicPublications, managing.take)
    host.on_stop(pages.add_templates("wechat", TEMPLATES))
    host.on_stop(accounts.on_leaving(readers.release))
    host.on_stop(accounts.recognise(entering.known_as))
    host.on_stop(site.add([*receiving.routes(), *linked.routes(), *entering.routes()]))
    host.on_stop(host.need(Web).add(WechatApi(office, readers, managing).routes()))
    host.on_stop(book.on_told(answering.told))
    for event in HEARD:
        host.listen(event, telling.heard)
    host.task(telling.run(), "tell readers of their requests")
    host.task(receiving.run(), "work on what WeChat tells")
    await answering.start()
    letters.start()

    async def stop() -> None:
        await answering.stop()
        await letters.stop()
        await account.close()

    return stop
