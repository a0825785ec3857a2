"""Recordings in a real browser: found, heard from a linked second, marked, held; an old platform's are taken over."""

import asyncio
import re
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from cti.office.sheets import writing
from recorder.formats import Format, encoded
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone, tone_level
from tests.browser.test_desk_and_board import open_page, picture, talk_in_browser
from tests.integration.test_recordings import sound_of
from tests.running_hotline import RunningHotline, agent, citizen, skip_greeting

pytestmark = pytest.mark.browser

SLOW = 20_000
KINDS_OF_SOUND: tuple[Format, ...] = ("wav", "mp3", "opus")
REMEMBER_SOUND = """
window.sounds = [];
const Sound = window.Audio;
window.Audio = class extends Sound { constructor(...said) { super(...said); window.sounds.push(this); } };
"""
DRAWN = """(canvas) => {
  const { width, height } = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const tall = (from, to) => {
    let most = 0;
    for (let x = 0; x < width; x += 1) {
      let bar = 0;
      for (let y = from; y < to; y += 1) bar += pixels[(y * width + x) * 4 + 3] > 0 ? 1 : 0;
      // A gap and the hand of the player are as tall as the lane.
      if (bar < to - from) most = Math.max(most, bar);
    }
    return most / (to - from);
  };
  return [tall(0, Math.floor(height / 2)), tall(Math.ceil(height / 2), height)];
}"""
"""How much of the height of each side's lane its tallest bar takes."""
LEAP = """async () => {
  const sound = window.sounds.at(-1);
  let last = sound.currentTime, leap = 0;
  for (const end = performance.now() + 2500; performance.now() < end; ) {
    await new Promise((go) => requestAnimationFrame(go));
    leap = Math.max(leap, sound.currentTime - last);
    last = sound.currentTime;
  }
  return leap;
}"""
"""The farthest that the sound went on at once within two seconds and a half, in seconds."""


async def a_talk(hotline: RunningHotline, stack: SipStack) -> dict[str, Any]:
    """Three seconds of the caller, two in which nothing is recorded, three of the agent; returns its recording."""
    async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
        await skip_greeting(call)
        taken = await one.phone.next_call(10)
        await taken.answered()
        await call.audio.play(tone(700, 3))
        id = (await one.api.ask("GET", "/api/agent"))["call"]["id"]
        await one.api.ask("POST", f"/api/calls/{id}/recording/pause", {"reason": "证件号码"}, status=200)
        await asyncio.sleep(2)
        await one.api.ask("POST", f"/api/calls/{id}/recording/resume", {"reason": "证件号码"}, status=200)
        await taken.audio.play(tone(1100, 3))
        await taken.hang_up()
        await asyncio.sleep(1.5)
        await call.press("1")
        await call.ended(10)
    async with hotline.signed_in("8001") as supervisor:
        (story,) = await supervisor.ended(1)
        for _ in range(100):
            shown: dict[str, Any] = await supervisor.ask("GET", f"/api/recordings/{story['recordings'][0]}")
            if shown["state"] == "stored" and shown["gaps"] and shown["gaps"][0]["until"]:
                break
            await asyncio.sleep(0.1)
    return shown


async def test_what_a_citizen_says_to_an_agent_in_a_browser_is_in_the_recording_as_he_said_it(
    hotline: RunningHotline, chromium: Browser
) -> None:
    """A recording of a browser's talk had of each 20 ms the first 3, six times as slow: its tones lay below 700 Hz."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        desk = await open_page(chromium, hotline, "1004", "/desk")
        async with citizen(hotline, stack, "13800000071") as call:
            await talk_in_browser(desk, call)
            await call.audio.play(tone(1900, 3))
            await desk.get_by_test_id("hangup").first.click()
            await asyncio.sleep(1)
            await call.press("1")
            await call.ended(15)
        (story,) = await supervisor.ended(1)
        await asyncio.sleep(1)
        _, samples = await sound_of(supervisor, story["recordings"][0])
        assert tone_level(samples[:, 0].copy(), 1900) > -35
    await desk.context.close()


async def test_a_recording_is_found_heard_from_a_second_marked_taken_away_and_held(
    hotline: RunningHotline, chromium: Browser, tmp_path: Path
) -> None:
    async with SipStack("127.0.0.1") as stack:
        shown = await a_talk(hotline, stack)
    recording, (gap,) = shown["id"], shown["gaps"]
    async with hotline.signed_in("8001") as supervisor:
        heard = (await supervisor.ask("GET", f"/api/recordings/{recording}/outline"))["speech"]
    assert heard[0][-1][1] - 0.3 <= gap["since"] < gap["until"] - 1.5, "it begins when the caller has said his"
    assert gap["until"] <= heard[1][-1][0] + 0.3, "and is over when the agent speaks"
    page = await open_page(chromium, hotline, "8001", "/recordings")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.add_init_script(REMEMBER_SOUND)
    row = page.locator("tbody tr").filter(has_text="1001").first
    await expect(row).to_contain_text("综合", timeout=SLOW)
    await at_both_sizes(page, "recordings")

    await page.goto(f"{hotline.url}/recordings/{recording}?second=1")
    play, position = page.get_by_test_id("recording-play"), page.get_by_test_id("recording-position")
    await expect(play).to_be_enabled(timeout=SLOW)
    await expect(position).to_contain_text("00:01 /")
    await both_sides_are_drawn(page)
    speakers = page.get_by_test_id("speakers")
    await expect(speakers).to_contain_text("市民")
    await expect(speakers).to_contain_text("1001")
    await expect(page.get_by_test_id("recording-gaps")).to_contain_text("录音暂停：证件号码")
    await at_both_sizes(page, "recording")

    # Twice as fast, and what nobody says is left out: the pause, and the quiet on both sides of it.
    await page.locator(".el-select.speed").click()
    await page.get_by_role("option", name="2 倍速").click()
    await play.click()
    await page.wait_for_function("() => window.sounds.at(-1).currentTime > 1.5")
    assert await page.evaluate("() => window.sounds.at(-1).playbackRate") == 2
    await play.click()
    await to_second(page, gap["since"] - 0.5)
    await page.get_by_test_id("skip-silence").click()
    await play.click()
    assert await page.evaluate(LEAP) > 1
    await expect(play).to_have_accessible_name("播放", timeout=SLOW)

    # A mark and a note stand at their second, and lead there.
    await to_second(page, 2)
    await expect(position).to_contain_text("00:02 /")
    await page.get_by_test_id("note-text").fill("态度")
    await page.get_by_test_id("note-add").click()
    note = page.locator("li").filter(has_text="态度")
    await expect(note.locator("button.second")).to_have_text("00:02")
    await to_second(page, 0)
    await note.locator("button.second").click()
    await expect(position).to_contain_text("00:02 /")
    await page.get_by_test_id("recording-link").click()
    await expect(page.get_by_text("已复制 00:02 处的链接")).to_be_visible()
    link = await page.evaluate("() => navigator.clipboard.readText()")
    await page.goto(link)
    await expect(position).to_contain_text("00:02 /", timeout=SLOW)

    async with page.expect_download() as saved:
        await page.get_by_test_id("recording-download").click()
    file = tmp_path / "sound.wav"
    await (await saved.value).save_as(file)
    with wave.open(str(file)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        assert sound.getnframes() / 8000 == pytest.approx(shown["seconds"], abs=0.1)

    await page.get_by_test_id("action-hold").first.click()
    await page.get_by_test_id("field-reason").fill("诉讼")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_test_id("action-release").first).to_be_visible(timeout=SLOW)
    await page.context.close()

    # Who talked may hear it, and has no right to take it away.
    own = await open_page(chromium, hotline, "1001", f"/recordings/{recording}")
    await expect(own.get_by_test_id("recording-play")).to_be_enabled(timeout=SLOW)
    await expect(own.get_by_test_id("recording-download")).to_have_count(0)
    assert (await own.request.get(f"{hotline.url}/api/recordings/{recording}/file")).status == 403
    async with hotline.signed_in("admin") as admin:
        told = (await admin.ask("GET", f"/api/audit?subject=recording:{recording}&size=50"))["items"]
        assert {"recording.listened", "recording.downloaded", "recording.held"} <= {one["action"] for one in told}
        assert (await admin.ask("GET", f"/api/recordings/{recording}"))["held"] == "诉讼"
    await own.context.close()


async def at_both_sizes(page: Page, name: str) -> None:
    """As an agent's and as a leader's screen shows it."""
    await picture(page, name)
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await picture(page, f"{name}-large")
    await page.set_viewport_size({"width": 1366, "height": 768})


async def both_sides_are_drawn(page: Page) -> None:
    """The outline comes after the first picture."""
    for _ in range(100):
        caller, agent_ = await page.get_by_test_id("waveform").evaluate(DRAWN)
        if min(caller, agent_) > 0.2:
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"the lanes are {caller:.0%} and {agent_:.0%} full")


async def to_second(page: Page, second: float) -> None:
    """By a click into the waveform."""
    box = await page.get_by_test_id("waveform").bounding_box()
    length = await page.evaluate("() => window.sounds.at(-1).duration")
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * (second + 0.05) / length, box["y"] + 5)


def old_sound(path: Path, kind: Format, caller: int, agent_: int) -> None:
    """Two seconds of two tones in a file of an old platform."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wavy = np.sin(np.arange(16_000) * (2 * np.pi * 500 / 8000))
    plain = path.with_suffix(".wav")
    with wave.open(str(plain), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes((wavy[:, None] * np.array([caller, agent_])).astype("<i2").tobytes())
    if kind != "wav":
        with plain.open("rb") as sound:
            path.write_bytes(encoded(sound, kind))
        plain.unlink()


async def table(*rows: tuple[str, ...]) -> FilePayload:
    heading = ("流水号", "录音文件", "开始时间", "座席工号", "来电号码", "满意度")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "旧录音.xlsx", "mimeType": kind, "buffer": await writing.write(heading, rows)}


async def test_recordings_of_an_old_platform_are_tried_mended_taken_over_and_played(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with hotline.signed_in("admin") as admin:
        house = (await admin.ask("GET", "/api/session"))["person"]["organisation"]
    folder = hotline.data / "imports" / house / "旧平台"
    for kind in KINDS_OF_SOUND:
        old_sound(folder / f"R{KINDS_OF_SOUND.index(kind) + 1}.{kind}", kind, 9000, 3000)
    (folder / "R4.wav").write_bytes(b"RIFF and then nothing")
    moment, number = "2024-05-06 07:08:09", "051988990011"
    rows = [(f"P{at}", rf"D:\rec\R{at}{end}", moment, "1001", number, "好") for at, end in
            ((1, ".wav"), (2, ".mp3"), (3, ".opus"), (4, ".wav"), (5, ".wav"))]  # fmt: skip
    page = await open_page(chromium, hotline, "admin", "/recording_imports")
    await page.get_by_test_id("create").click()
    await page.get_by_test_id("field-title").fill("旧平台 2024 年")
    await page.get_by_test_id("field-source").fill("老热线")
    await page.get_by_test_id("field-folder").click()
    await page.get_by_role("option", name="旧平台", exact=True).click()
    await page.get_by_test_id("field-prefix").fill(r"D:\rec")
    await page.get_by_test_id("add-columns").click()
    line = page.get_by_test_id("row-columns-0")
    await line.locator(".el-select").click()
    await page.get_by_role("option", name="原录音编号").click()
    await line.get_by_label("原系统列名").fill("流水号")
    await page.get_by_test_id("add-words").click()
    line = page.get_by_test_id("row-words-0")
    await line.locator(".el-select").click()
    await page.get_by_role("option", name="满意度").last.click()
    await line.get_by_label("原系统取值").fill("好")
    await line.get_by_label("本系统取值").fill("很好")
    await page.get_by_test_id("files-input").set_input_files([await table(*rows)])
    await page.get_by_test_id("form-save").click()
    await expect(page.get_by_text("“满意度”没有取值“很好”")).to_be_visible(timeout=SLOW)
    await line.get_by_label("本系统取值").fill("满意")
    await picture(page, "recording-import-form")
    await page.get_by_test_id("form-save").click()
    await page.get_by_text("旧平台 2024 年").first.click(timeout=SLOW)
    await act(page, "look")
    # It shows by itself how far it is and what was wrong.
    faults = page.get_by_test_id("list").locator("tbody tr")
    await expect(page.get_by_text("已试导入").first).to_be_visible(timeout=SLOW)
    await page.get_by_role("tab", name="错误").click()
    await expect(faults).to_have_count(2, timeout=SLOW)
    await expect(faults.nth(0)).to_contain_text("不是完好的录音文件")
    await expect(faults.nth(1)).to_contain_text("没有文件")
    await at_both_sizes(page, "recording-import-tried")
    old_sound(folder / "R4.wav", "wav", 9000, 3000)
    await act(page, "take")
    await expect(page.get_by_text("已导入").first).to_be_visible(timeout=SLOW)
    await expect(faults).to_have_count(1, timeout=SLOW)
    await page.get_by_role("tab", name="概况").click()
    await at_both_sizes(page, "recording-import-done")

    await page.goto(f"{hotline.url}/recordings?source=老热线")
    found = page.locator("tbody tr").filter(has_text="2024")
    await expect(found).to_have_count(4, timeout=SLOW)
    await page.get_by_role("textbox", name="来电号码").fill("0519-8899 0011")
    await page.keyboard.press("Enter")
    await expect(found).to_have_count(4, timeout=SLOW)
    await at_both_sizes(page, "recordings-imported")
    await found.first.click()
    play, position = page.get_by_test_id("recording-play"), page.get_by_test_id("recording-position")
    await expect(play).to_be_enabled(timeout=SLOW)
    await both_sides_are_drawn(page)
    await play.click()
    await expect(position).to_have_text(re.compile(r"^00:0[12] "), timeout=SLOW)
    await page.goto(f"{hotline.url}/recording_imports")
    await page.get_by_text("旧平台 2024 年").first.click(timeout=SLOW)
    await act(page, "undo")
    await expect(page.get_by_text("已撤销 4 条").first).to_be_visible(timeout=SLOW)
    await page.context.close()


async def act(page: Page, name: str) -> None:
    """Press it, and say yes."""
    button = page.get_by_test_id(f"action-{name}").first
    if not await button.is_visible():
        await page.get_by_test_id("action-more").first.click()
    await button.click()
    await page.locator(".el-message-box__btns .el-button--primary, .el-message-box__btns .el-button--danger").click()
