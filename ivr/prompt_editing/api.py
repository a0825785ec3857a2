"""The prompt library over HTTP; see `/api/openapi.json`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import pydantic
import structlog
from aiohttp import web

from cti.base.http.routes import Body, Exchange, Query, Route
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from ivr.prompt_editing import words
from ivr.prompt_editing.browsing import EDIT, READ
from ivr.prompt_editing.service import NewVersion, PromptService
from ivr.prompt_editing.studio import Studio
from ivr.prompt_editing.takes import Take, TakeFailed, Takes, synthesis
from ivr.prompt_editing.views import Offers, PromptDetail, PromptList, PromptQuery, TakeView, VoiceView
from ivr.prompts.voice import Voice

log = structlog.get_logger(__name__)

UPLOAD_LIMIT = 40_000_000
UPLOAD_SECONDS = 300.0
TYPES = {".flac": "audio/flac", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".wav": "audio/wav"}


class VersionBody(Body):
    """See `NewVersion`."""

    text: str = pydantic.Field(min_length=1, max_length=2000)
    application: str = pydantic.Field(default="", max_length=40)
    base: int = pydantic.Field(ge=0)
    take: str = pydantic.Field(default="", max_length=26)
    say: str = pydantic.Field(default="", max_length=3000)
    message: str = pydantic.Field(default="", max_length=200)


class RollBackBody(Body):
    """The version to bring back (0: what came along), and the one that the person saw."""

    version: int = pydantic.Field(ge=0)
    base: int = pydantic.Field(ge=1)


class SynthesisBody(Body):
    """What to say; `speed` 1.0 is the voice's own."""

    text: str = pydantic.Field(min_length=1, max_length=2000)
    voice: str = pydantic.Field(max_length=40)
    speed: float = pydantic.Field(default=0.9, ge=0.5, le=2.0)


class UploadQuery(Query):
    """The file's name, as people know it."""

    name: str = pydantic.Field(default="", max_length=200)


class PhoneBody(Body):
    """Which phone to call: one's own, or a telephone number."""

    phone: Literal["own", "number"] = "own"
    number: str = pydantic.Field(default="", max_length=24)


class PromptApi:
    """Lists prompts, takes texts and recordings of them, and puts these into effect."""

    def __init__(self, service: PromptService, takes: Takes, voice: Voice, studio: Studio) -> None:
        self._service = service
        self._takes = takes
        self._voice = voice
        self._studio = studio

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        one = "/api/prompts/{language}/{prompt}"
        return [
            Route("GET", "/api/prompts", self.prompts, READ, "语音文件"),
            Route("GET", "/api/prompt-offers", self.offers, READ, "语音库的业务应用、语言与合成音色"),
            Route("GET", one, self.detail, READ, "一条语音的版本与使用处"),
            Route("GET", f"{one}/audio", self.audio, READ, "试听语音"),
            Route("GET", f"{one}/versions/{{version}}/audio", self.version_audio, READ, "试听某个版本"),
            Route("POST", f"{one}/versions", self.save, EDIT, "保存语音的新版本"),
            Route("POST", f"{one}/rollback", self.roll_back, EDIT, "恢复语音的旧版本"),
            Route("DELETE", one, self.remove, EDIT, "删除语音"),
            Route("POST", "/api/prompt-takes/upload", self.upload, EDIT, "上传录音", 201, UPLOAD_LIMIT),
            Route("POST", "/api/prompt-takes/synthesis", self.synthesise, EDIT, "由文字合成语音", 201),
            Route("POST", "/api/prompt-takes/phone", self.phone, EDIT, "用电话录音", 201),
            Route("GET", "/api/prompt-takes/{take}", self.take, EDIT, "一段待保存的录音"),
            Route("GET", "/api/prompt-takes/{take}/audio", self.take_audio, EDIT, "试听待保存的录音"),
            Route("DELETE", "/api/prompt-takes/{take}", self.discard, EDIT, "放弃待保存的录音"),
        ]

    async def prompts(self, visitor: Visitor, query: PromptQuery) -> PromptList:
        """A page of the prompts, with what was recorded and what is synthesised."""
        return await self._service.browsing.prompts(visitor, query)

    async def offers(self, visitor: Visitor) -> Offers:
        """What the page can choose from."""
        applications, languages = self._service.browsing.applications(visitor)
        voices = [VoiceView(name, words.VOICES.get(name, name)) for name in self._voice.names]
        return Offers(applications, languages, voices, self._voice.trouble, self._studio.has_phone(visitor))

    async def detail(self, language: str, prompt: str, visitor: Visitor) -> PromptDetail:
        """One prompt with its versions."""
        return await self._service.browsing.detail(visitor, language, prompt)

    async def audio(self, language: str, prompt: str, visitor: Visitor) -> web.StreamResponse:
        """The sound in effect."""
        return _sound(await self._service.browsing.sound(visitor, language, prompt))

    async def version_audio(self, language: str, prompt: str, version: int, visitor: Visitor) -> web.StreamResponse:
        """The sound of a version."""
        return _sound(await self._service.browsing.sound(visitor, language, prompt, version))

    async def save(self, language: str, prompt: str, visitor: Visitor, body: VersionBody) -> PromptDetail:
        """Let a prompt say something else from now on; what it said before is kept."""
        return await self._service.save(visitor, language, prompt, NewVersion(**body.model_dump()))

    async def roll_back(self, language: str, prompt: str, visitor: Visitor, body: RollBackBody) -> PromptDetail:
        """An old version again."""
        return await self._service.roll_back(visitor, language, prompt, body.version, body.base)

    async def remove(self, language: str, prompt: str, visitor: Visitor) -> None:
        """Remove a prompt that nothing needs; one that also came along goes back to that."""
        await self._service.remove(visitor, language, prompt)

    # ── takes ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def upload(self, visitor: Visitor, exchange: Exchange, query: UploadQuery) -> TakeView:
        """The body is the file as it is."""
        request = exchange.request
        if (request.content_length or 0) > UPLOAD_LIMIT:
            raise _too_large()
        raw = self._takes.fresh_raw()
        try:
            await _receive(request, raw)
        except BaseException:
            raw.unlink(missing_ok=True)
            raise

        async def work(take: Take) -> Path:
            return raw

        try:
            return self._service.begin_take(visitor, "upload", work, name=query.name)
        except Conflict:
            raw.unlink(missing_ok=True)
            raise

    async def synthesise(self, visitor: Visitor, body: SynthesisBody) -> TakeView:
        """Have a text spoken, to listen to before it is kept."""
        if self._voice.trouble:
            raise Conflict("no_voice", f"语音合成不可用：{self._voice.trouble}")
        if body.voice not in self._voice.names:
            raise Invalid("no_such_voice", "没有这个音色", "voice")
        return self._service.begin_take(
            visitor,
            "synthesis",
            synthesis(self._takes, self._voice),
            text=body.text,
            voice=body.voice,
            speed=body.speed,
            step="waiting",
        )

    async def phone(self, visitor: Visitor, body: PhoneBody) -> TakeView:
        """Call a phone and record what is read there."""
        try:
            address = self._studio.address(visitor, body.number if body.phone == "number" else "")
        except TakeFailed as error:
            raise Conflict(error.code, words.FAILURES.get(error.code, "无法呼叫这个号码"), "number") from None
        return self._service.begin_take(visitor, "phone", self._studio.recording(address), step="calling")

    async def take(self, take: str, visitor: Visitor) -> TakeView:
        """How far it is."""
        return self._service.take(visitor, take)

    async def take_audio(self, take: str, visitor: Visitor) -> web.StreamResponse:
        """The sound of a take, to listen to."""
        return _sound(self._service.take_sound(visitor, take))

    async def discard(self, take: str, visitor: Visitor) -> None:
        """Forget a take that nobody wants."""
        self._service.discard(visitor, take)


def _sound(path: Path) -> web.FileResponse:
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix], "Cache-Control": "private, no-cache"})


def _too_large() -> Invalid:
    return Invalid("too_large", f"文件超过 {UPLOAD_LIMIT // 1_000_000} MB，请压缩或剪短后再上传", "file")


async def _receive(request: web.Request, path: Path) -> None:
    """Write the body into a file; refuses what is too large, too slow or empty."""
    count = 0
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            with path.open("wb") as file:
                async for chunk in request.content.iter_chunked(1 << 16):
                    count += len(chunk)
                    if count > UPLOAD_LIMIT:
                        raise _too_large()
                    file.write(chunk)
    except TimeoutError:
        raise Invalid("too_slow", "上传超时，请检查网络后重试", "file") from None
    except OSError as error:
        log.error("an upload cannot be written", reason=str(error))
        raise Conflict("disk", "服务器无法写入文件（磁盘已满或只读），没有保存") from None
    if not count:
        raise Invalid("empty", "文件是空的", "file")
