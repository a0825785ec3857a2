"""Small servers that speak the protocols of recognisers by the book, and what may be wrong with them."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiohttp import WSMsgType, web

WORDS = "建設路三號的路燈不亮"
"""What everybody says, unless a server has other `words`; it may write traditional characters."""
SIMPLE = "建设路三号的路灯不亮"
ONLINE_BYTES = 9600 * 2
"""600 ms of 16 kHz: so much is looked at together."""


@dataclass
class Server:
    """`mood` is what is wrong with it; what it was asked is kept."""

    mood: str = "good"
    style: str = "new"
    words: str = WORDS
    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    loudest: float = 0.0
    release: asyncio.Event = field(default_factory=asyncio.Event)


async def funasr(request: web.Request) -> web.WebSocketResponse:
    """runtime/docs/websocket_protocol.md; `style` is cpp, old (Python's until 2025) or new."""
    server: Server = request.app[SERVER]
    # The C++ server gives in to any subprotocol, and so do its clients.
    socket = web.WebSocketResponse(protocols=("binary",))
    await socket.prepare(request)
    begin: dict[str, Any] = {}
    sound, online, told = b"", 0, 0

    async def tell(**message: object) -> None:
        await socket.send_str(json.dumps({"wav_name": begin["wav_name"], **message}, ensure_ascii=False))

    async for message in socket:
        if server.mood == "dies" and sound:
            await socket.close()
            return socket
        if message.type is WSMsgType.BINARY:
            assert begin, "the first message says what comes"
            sound += message.data
            while len(sound) - online >= ONLINE_BYTES and server.mood in ("good", "slow"):
                online += ONLINE_BYTES
                await tell(mode="2pass-online", text=server.words[told : told + 3], is_final=False)
                told += 3
            continue
        found = json.loads(message.data)
        if found.get("is_speaking") is not False:
            begin = found
            server.asked.append(found)
            assert begin["mode"] == "2pass"
            assert len(begin["chunk_size"]) == 3
            assert begin["audio_fs"] == 16000
            continue
        samples = np.frombuffer(sound, "<i2")
        server.seconds.append(len(samples) / 16000)
        server.loudest = max(server.loudest, float(np.abs(samples).max()))
        if server.mood in ("slow", "hangs"):
            await server.release.wait()
        if server.mood == "nonsense":
            await socket.send_str("<html>it works</html>")
            continue
        stamps = [[300 + 100 * at, 400 + 100 * at] for at in range(len(server.words))]
        text = "" if server.mood == "silent" else f"{server.words}。"
        is_final = server.style != "old"
        if text or server.style != "cpp":
            await tell(mode="2pass-offline", text=text, is_final=is_final, timestamp=json.dumps(stamps))
        else:
            await tell(text="", is_final=True)
        if server.style == "new" and found.get("is_end"):
            await tell(mode="2pass", is_final=True, is_end=True)
        if server.style == "old":
            await socket.close()
    return socket


async def transcriptions(request: web.Request) -> web.StreamResponse:
    """OpenAI API reference, "Create transcription"."""
    server: Server = request.app[SERVER]
    form = await request.post()
    file = form["file"]
    assert isinstance(file, web.FileField)
    with wave.open(io.BytesIO(file.file.read())) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        server.seconds.append(sound.getnframes() / sound.getframerate())
    plain = {key: value for key, value in form.items() if isinstance(value, str)}
    server.asked.append({**plain, "key": request.headers.get("Authorization", "")})
    if server.mood == "dies":
        assert request.transport is not None
        request.transport.close()
    if server.mood in ("slow", "hangs"):
        await server.release.wait()
    if server.mood == "nonsense":
        return web.Response(text="<html>it works</html>", content_type="text/html")
    if server.mood == "refuses":
        return web.json_response({"error": {"message": "no such model"}}, status=404)
    text = "" if server.mood == "silent" else f"{WORDS}。"
    if plain["response_format"] != "verbose_json":
        return web.json_response({"text": text})
    if server.style == "plain":
        return web.json_response({"error": {"message": "verbose_json is not supported"}}, status=400)
    words = [{"word": WORDS[at : at + 2], "start": 0.3 + 0.1 * at, "end": 0.5 + 0.1 * at} for at in range(0, 10, 2)]
    return web.json_response({"task": "transcribe", "language": "zh", "duration": 3, "text": text, "words": words})


SERVER: web.AppKey[Server] = web.AppKey("server", Server)
Handler = Callable[[web.Request], Any]


@asynccontextmanager
async def serving(handler: Handler, port: int = 0, **more: str) -> AsyncIterator[Server]:
    """A server on the loopback interface; its address has no scheme."""
    server = Server(**more)
    app = web.Application()
    app[SERVER] = server
    app.router.add_route("*", "/v1/audio/transcriptions" if handler is transcriptions else "/", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    server.address = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.release.set()
        await runner.cleanup()
