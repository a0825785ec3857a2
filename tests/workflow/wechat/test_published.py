"""What is published for the account: read in WeChat's own browser, and sent to all readers as hot topics."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from cti.base.http.routes import Exchange
from cti.base.refusal import Conflict, NotAllowed
from cti.store.engine import Store
from tests.office import visitor
from tests.workflow.publishing.publishing_town import EDITOR, PublishingTown
from tests.workflow.wechat.wechat_server import wechat_server
from workflow.publishing.outside import WhereQuery
from workflow.publishing.pages.news import channel_of
from workflow.wechat.managing import Managing
from workflow.wechat.speaking.account import OfficialAccount

MANAGER = visitor("manager", "city", "wechat.see", "wechat.manage")


async def test_hot_topics_go_to_all_readers_by_a_persons_click(sqlite_store: Store) -> None:
    town = await PublishingTown.on(sqlite_store)
    async with wechat_server() as server:
        account = OfficialAccount(server.settings, town.clock)
        managing = Managing(town.office, server.settings, account, sqlite_store.data)
        with pytest.raises(Conflict, match="信息发布没有运行"):
            await managing.push_hot(MANAGER)
        managing.take(town.public)
        with pytest.raises(Conflict, match="没有发布到微信公众号的热点"):
            await managing.push_hot(MANAGER)
        hot = await town.publish(title="台风<应急>措施", section="topic", channels=["wechat"])
        await town.publish(title="只在门户", section="topic", channels=["portal"])
        await town.shown.heat(EDITOR, hot.id, hot=True)
        await managing.push_hot(MANAGER)
        await managing.push_hot(MANAGER)
        first, second = server.of("/cgi-bin/message/mass/sendall")
        link = f"https://12345.example.cn/news/{hot.id}"
        assert first["text"]["content"] == f'【热点聚焦】\n1. <a href="{link}">台风&lt;应急&gt;措施</a>'
        assert first["clientmsgid"] == second["clientmsgid"], "WeChat sends the same of one day once"
        with pytest.raises(NotAllowed):
            await managing.push_hot(visitor("other", "city", "wechat.see"))
        assert (await town.public.read(hot.id, WhereQuery(channel="wechat"))).title == hot.title
        await account.close()


@pytest.mark.parametrize(("browser", "channel"), [("Mozilla/5.0 MicroMessenger/8.0", "wechat"), ("Firefox", "portal")])
def test_wechats_own_browser_reads_what_is_for_wechat(browser: str, channel: str) -> None:
    request = make_mocked_request("GET", "/news", headers={"User-Agent": browser})
    assert channel_of(Exchange(request, "10.0.0.1", browser, "")) == channel
