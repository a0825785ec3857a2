"""Previews: drawn once by a process of their own (`draw`), kept sealed, made again when they are gone."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import structlog

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.sealed_files import SealedReader, SealedWriter
from cti.base.refusal import Conflict
from cti.office.files.blobs import Blobs
from cti.office.files.content import EXCEL, PDF, TEXT, WORD, sort_of
from cti.office.files.draw import CPU_SECONDS, TOO_LARGE
from cti.office.files.reading import pieces_of

log = structlog.get_logger(__name__)

Way = Literal["picture", "pages", "text", "sound", "video", ""]
"""How a file is looked at in the console; empty: not at all."""
SECONDS = CPU_SECONDS + 30.0
AT_ONCE = 2
MOST_BYTES = 120 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[3]
_SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff")
_HEARD = ("audio/mpeg", "audio/wav", "audio/ogg", "audio/mp4", "audio/x-flac", "audio/aac")
_SEEN = ("video/mp4", "video/webm", "video/quicktime")


def way_of(type: str) -> Way:
    """How a file of a type is looked at."""
    if type in _SHOWN:
        return "picture"
    if type == PDF:
        return "pages"
    if type in (TEXT, WORD, EXCEL):
        return "text"
    if type in _HEARD:
        return "sound"
    return "video" if type in _SEEN else ""


def has_thumbnail(type: str) -> bool:
    """Whether there can be a small picture of it."""
    return way_of(type) in ("picture", "pages") and sort_of(type) != "other"


class Previews:
    """Draws and keeps them."""

    def __init__(self, blobs: Blobs, cipher: Cipher) -> None:
        self._blobs = blobs
        self._cipher = cipher
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._drawing: dict[Path, asyncio.Task[None]] = {}

    async def of(self, blob: str, type: str, size: int, content: Path, what: str, page: int = 1) -> tuple[Any, bytes]:
        """What `draw` says of it, and what it has drawn. Conflict when there can be no preview."""
        if size > MOST_BYTES:
            raise Conflict("no_preview", "文件过大，无法预览，请下载后查看")
        kept = self._blobs.scratch("previews", f"{blob}.{what}{page}")
        found = await asyncio.to_thread(self._kept, kept)
        if found is None:
            task = self._drawing.get(kept)
            if task is None:
                task = self._drawing[kept] = asyncio.create_task(self._draw(kept, content, (what, type, str(page))))
                task.add_done_callback(lambda _: self._drawing.pop(kept, None))
            await asyncio.shield(task)
            found = await asyncio.to_thread(self._kept, kept)
        if found is None or not found[0]:
            reason = "文件过大" if found == (b"", b"large") else "文件内容损坏或有密码"
            raise Conflict("no_preview", f"{reason}，无法预览，请下载后查看")
        return msgspec.json.decode(found[0]), found[1]

    def _kept(self, path: Path) -> tuple[bytes, bytes] | None:
        try:
            with path.open("rb") as file:
                head, _, drawn = b"".join(SealedReader(file, self._cipher).read()).partition(b"\n")
        except (FileNotFoundError, KeyProblem):
            return None
        return head, drawn

    async def _draw(self, kept: Path, content: Path, words: Sequence[str]) -> None:
        async with self._turn:
            code, said = await self._run(content, words)
        if code:
            # Remembered too: what breaks the decoder does so once.
            said = b"\nlarge" if code == TOO_LARGE else b"\n"
        await asyncio.to_thread(self._keep, kept, said)

    def _keep(self, path: Path, said: bytes) -> None:
        part = path.with_suffix(f"{path.suffix}.part")
        with part.open("wb") as file, SealedWriter(file, self._cipher) as writer:
            writer.write(said)
        part.replace(path)

    async def _run(self, content: Path, words: Sequence[str]) -> tuple[int, bytes]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cti.office.files.draw", *words, cwd=_ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            # Nothing of the engine's own: what reads files from outside needs no passwords.
            env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        try:
            async with asyncio.timeout(SECONDS):
                said, complaint, _ = await asyncio.gather(
                    process.stdout.read(), process.stderr.read(), self._feed(process.stdin, content)
                )
                code = await process.wait()
        except TimeoutError:
            return TOO_LARGE, b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code:
            log.info("no preview", words=list(words), code=code, reason=complaint.decode(errors="replace"))
        # A signal (out of memory or time) is as good as "too large".
        return (code if code >= 0 else TOO_LARGE), said

    async def _feed(self, pipe: asyncio.StreamWriter, content: Path) -> None:
        """The plain content: it goes through memory, never onto the disk."""
        try:
            async for piece in pieces_of(content, self._cipher):
                pipe.write(piece)
                await pipe.drain()
        except ConnectionError:
            pass  # It has read enough, or given up.
        finally:
            pipe.close()
