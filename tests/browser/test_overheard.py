"""A leader listens to a talk and reads it on the board.

The words come from a server that speaks FunASR's protocol, as a city would run one.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from cti.telephony.switch.scripted_audio import speech
from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE
from tests.browser.test_desk_and_board import be_ready, open_page, picture, seat
from tests.free_ports import free_port
from tests.ivr.recognition.speech_servers import funasr, serving
from tests.running_hotline import RunningHotline, agent, citizen, skip_greeting, started

pytestmark = pytest.mark.browser
ENGINE = """\
ivr: {{recognition: {{engine: funasr, address: "ws://127.0.0.1:{port}"}}}}
"""
SLOW = 40_000
"""Milliseconds that a machine which does other things may take."""
CARD = "320102199003076518"
HEARD = f"金秀房的路灯不亮，身份证号{CARD}"
QUESTION, ARTICLE = "小区门口的路灯坏了找哪个部门修", "路灯不亮找谁维修"
VOICE = np.frombuffer(speech(RATE) * 8, "<i2").astype(np.float32)


@pytest.fixture(scope="module")
def server_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def hotline(server_port: int) -> Iterator[RunningHotline]:
    """One whose recogniser is on another server."""
    with tempfile.TemporaryDirectory(prefix="hotline-overheard-") as folder:
        yield from started(Path(folder), transcripts=True, more=ENGINE.format(port=server_port))


@asynccontextmanager
async def talk(hotline: RunningHotline, stack: SipStack, number: str) -> AsyncIterator[tuple[PhoneCall, PhoneCall]]:
    """A citizen with agent 1001: their telephones."""
    async with agent(hotline, stack, "1001") as one, citizen(hotline, stack, number) as caller:
        await skip_greeting(caller)
        desk = await one.phone.next_call(30)
        await desk.answered()
        await one.until("talking")
        yield caller, desk
        await caller.hang_up()


async def looked_at(board: Page) -> Locator:
    """The words of the talk of 1001, on the board."""
    await seat(board, "1001", "talking").click(timeout=SLOW)
    found = board.get_by_test_id("agent-drawer").get_by_test_id("slot-desk_transcript")
    await expect(found).to_contain_text("正在听", timeout=SLOW)
    return found


async def test_a_leader_reads_the_talk_that_he_hears(
    hotline: RunningHotline, chromium: Browser, server_port: int
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(funasr, server_port, words=HEARD))
        telephones = await stack.enter_async_context(SipStack("127.0.0.1"))
        board = await open_page(chromium, hotline, "8001", "/board")
        async with talk(hotline, telephones, "13800000171") as (caller, desk):
            words = await looked_at(board)
            await board.get_by_test_id("supervise-listen").click()
            await expect(board.get_by_test_id("call-dock")).to_contain_text("监听", timeout=SLOW)
            saying = asyncio.create_task(caller.audio.play(VOICE))
            # Words that are not finished yet, while he speaks.
            await expect(words.get_by_test_id("transcript-speaking")).to_contain_text("金秀房", timeout=SLOW)
            await saying
            said = words.get_by_test_id("transcript-line")
            await expect(said).to_have_count(1, timeout=SLOW)
            await expect(said).to_contain_text("金秀房的路灯不亮")
            await desk.audio.play(VOICE[: RATE * 2])
            await expect(said).to_have_count(2, timeout=SLOW)
            await expect(said.first).to_contain_text("市民")
            await expect(said.last).not_to_contain_text("市民")
            assert CARD not in await words.inner_text(), "an identity card's number is masked"
            assert len(server.asked) == 2, "he who listens is not heard"
            await picture(board, "overheard-talk")
        await board.context.close()


async def test_articles_follow_what_a_citizen_says(
    hotline: RunningHotline, chromium: Browser, server_port: int
) -> None:
    """Beside a call the agent has the article before he types: by the words of the citizen, as they are heard."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(funasr, server_port, words=QUESTION))
        telephones = await stack.enter_async_context(SipStack("127.0.0.1"))
        editor = await stack.enter_async_context(hotline.signed_in("8001"))
        admin = await stack.enter_async_context(hotline.signed_in("admin"))
        category = (await admin.ask("POST", "/api/knowledge/categories", {"name": "照明"}))["id"]
        article = {"title": ARTICLE, "body": "<p>由市政照明中心维修。</p>", "category": category}
        made = (await editor.ask("POST", "/api/knowledge/articles", article))["id"]
        await editor.ask("POST", f"/api/knowledge/articles/{made}/acts/submit", {})
        await admin.ask("POST", f"/api/knowledge/articles/{made}/acts/approve", {})
        desk = await open_page(chromium, hotline, "1002")
        await be_ready(desk)
        caller = await stack.enter_async_context(citizen(hotline, telephones, "13800000172"))
        await skip_greeting(caller)
        await desk.get_by_test_id("answer").click(timeout=SLOW)
        card = desk.get_by_test_id("slot-desk_knowledge")
        saying = asyncio.create_task(caller.audio.play(VOICE))
        await expect(card.get_by_test_id("knowledge-heard")).to_contain_text("路灯坏了", timeout=SLOW)
        await expect(card.get_by_test_id("knowledge-row").first).to_contain_text(ARTICLE)
        await picture(desk, "knowledge-heard")
        await saying
        await card.get_by_test_id("knowledge-words").fill("照明中心")
        await expect(card.get_by_test_id("knowledge-heard")).to_be_hidden()
        await caller.hang_up()
