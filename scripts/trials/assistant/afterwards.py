"""When it is over: the talk is found by its words, whole, and a word is heard."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import expect

from trials.api import Api
from trials.assistant.talk import CALLER
from trials.assistant.words_said import AFTERWARDS, ASKED, CARD_DIGITS, DANGER, MATTER, UNHEARD, heard
from trials.assistant.words_shown import RIGHT, Shown
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands

WITHIN = 120.0
"""Seconds in which what nobody heard is written down from the recording."""
REMEMBER_SOUND = """
window.sounds = [];
const Sound = window.Audio;
window.Audio = class extends Sound { constructor(...said) { super(...said); window.sounds.push(this); } };
"""
PLAYS = """() => {
  const it = window.sounds.find((one) => !one.paused && one.currentTime > 0);
  return it && [it.currentTime, it.src];
}"""
NEAR = 1.0
"""Seconds by which a word may be off."""


async def whole(api: Api) -> dict[str, Any]:
    """The transcript of the talk, when nothing of it waits any more. Failed."""
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(WITHIN):
            while found.get("state") != "whole":
                await asyncio.sleep(0.5)
                rows = (await api.ask("GET", "/api/transcripts?words=停水"))["items"]
                if rows:
                    found = await api.ask("GET", f"/api/transcripts/calls/{rows[0]['call']}")
    except TimeoutError:
        raise Failed(f"the transcript is {found.get('state')}: {found.get('lines')}") from None
    return found


async def looked_up(course: Course, leader: Hands, api: Api) -> str:
    """Found by words that were said; the gap is filled; a word is heard by a click. Returns the call's id. Failed."""
    kept = await whole(api)
    said = {side: "".join(one["text"] for one in kept["lines"] if one["side"] == side) for side in ("caller", "other")}
    said["agent"] = "".join(one["text"] for one in kept["lines"] if one["side"] == "agent")
    for side, text in (("caller", MATTER), ("caller", DANGER), ("caller", UNHEARD), ("caller", AFTERWARDS)):
        if heard(text, said[side]) < RIGHT:
            raise Failed(f"of {text} {heard(text, said[side]):.0%} are kept: {said[side]}")
    if max(heard(ASKED, said[side]) for side in ("other", "agent")) < RIGHT:
        raise Failed(f"what the colleague said is not kept: {said}")
    if any(CARD_DIGITS in text for text in said.values()):
        raise Failed(f"the number of an identity card is kept: {said}")
    page = leader.page
    await page.bring_to_front()
    await page.add_init_script(REMEMBER_SOUND)
    await leader.open("/transcripts")
    await page.get_by_test_id("filter-words").locator("input").fill("停水")
    await page.get_by_test_id("filter-apply").click()
    await expect(page.get_by_test_id("list-total")).to_contain_text("1", timeout=PATIENCE)
    await leader.picture("found-by-words")
    await leader.open(f"/calls/{kept['call']}")
    box = page.get_by_test_id("slot-talk_transcript")
    shown = Shown(box, "the call's page")
    await shown.says(UNHEARD, "caller")
    course.say("found by its words; what nobody heard is there from the recording")
    await _word_heard(course, leader, api)
    await leader.open("/recordings")
    await page.get_by_test_id("filter-words").locator("input").fill("燃气味")
    await page.get_by_test_id("filter-apply").click()
    await expect(page.locator("tbody tr").first).to_contain_text(CALLER[-4:], timeout=PATIENCE)
    await leader.picture("recording-found-by-words")
    return str(kept["call"])


async def _word_heard(course: Course, leader: Hands, api: Api) -> None:
    """A click on a word plays the recording where the citizen says it."""
    page = leader.page
    line = page.get_by_test_id("slot-talk_transcript").get_by_test_id("transcript-line").filter(has_text="停水").first
    await line.scroll_into_view_if_needed()
    await line.locator(".text button").filter(has_text="水").first.click()
    second, address = await (await page.wait_for_function(PLAYS, timeout=PATIENCE)).json_value()
    await leader.picture("word-heard")
    recording = address.split("/recordings/")[1].split("/")[0]
    speech = (await api.ask("GET", f"/api/recordings/{recording}/outline"))["speech"][0]
    if not any(since - NEAR <= second <= until + NEAR for since, until in speech):
        raise Failed(f"the word is heard at {second:.1f} s, where the citizen does not speak: {speech}")
    course.say(f"a word is heard by a click, {second:.1f} s into the recording")
