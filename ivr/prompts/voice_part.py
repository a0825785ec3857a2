"""The house's voice on the page of the upkeep: whether texts can be spoken, and what it sounds like."""

from __future__ import annotations

import numpy as np
from aiohttp import web

from cti.base.http.routes import Route
from cti.base.refusal import Conflict
from cti.process.upkeep.condition import Part
from ivr.prompts.native import wave_file
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.prompts.voice import Voice
from ivr.prompts.voices import INSTALL
from ivr.settings import VoiceSettings

MANAGE = "system.manage"
SAMPLE = "/api/prompt-voice/sample"
TEXT = "您好，这里是政务服务便民热线，很高兴为您服务。"


def part(voice: Voice) -> Part:
    """How the voice is, for the page of the house's health."""
    trouble = voice.trouble
    return Part(
        name="voice",
        title="语音合成（朗读文字）",
        state="off" if trouble else "good",
        words=trouble or f"已安装，音色 {'、'.join(voice.names[:5])}",
        command=INSTALL if INSTALL in trouble else "",
        sound="" if trouble else SAMPLE,
    )


def routes(voice: Voice, settings: VoiceSettings) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def sample() -> web.Response:
        try:
            speech = await voice.speak(TEXT, voice=settings.name, speed=settings.speed)
        except SynthesisUnavailable as error:
            raise Conflict("no_voice", f"现在不能朗读：{error}") from None
        frames = (np.clip(speech.samples, -1, 1) * 32767).astype("<i2").tobytes()
        return web.Response(body=wave_file(frames, speech.rate), content_type="audio/wav")

    return [Route("GET", SAMPLE, sample, MANAGE, "试听合成语音")]
