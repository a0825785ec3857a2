"""Where the sealed contents of files lie: a folder of the state directory, and an S3 service that takes them over."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import aiohttp
import structlog
from aiohttp_s3_client import S3Client

from cti.base.settings import S3Settings

log = structlog.get_logger(__name__)

LOCAL, REMOTE = "local", "s3"
CACHE_BYTES = 2 * 1024**3
"""How much of what lies in S3 is kept here too, so that not each look fetches it."""
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
PIECE = 1024 * 1024


class StorageProblem(Exception):
    """The storage service cannot be reached, or refuses."""


class Blobs:
    """Contents by their keys. `files` is saved by backups; `scratch` holds what is on its way or can be made again."""

    def __init__(self, data: Path, s3: Callable[[], S3Settings] = S3Settings) -> None:
        self._files = data / "files"
        self._scratch = data / ".files"
        self._s3 = s3
        self._fetching: dict[str, asyncio.Task[Path | None]] = {}

    @property
    def has_remote(self) -> bool:
        """Whether contents are to go to S3."""
        return bool(self._s3().url)

    def path(self, blob: str) -> Path:
        """Where a content lies in the folder; ids of one day differ at their ends."""
        return self._files / blob[-2:] / blob

    def scratch(self, sort: str, name: str) -> Path:
        """A place for what backups leave out, its folder made."""
        folder = self._scratch / sort
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / name

    def settle(self, blob: str, source: Path) -> None:
        """Put a whole content into the folder, for good. Blocking; OSError."""
        target = self.path(blob)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.replace(target)
        for folder in (target.parent, source.parent):
            place = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(place)
            finally:
                os.close(place)

    async def find(self, blob: str, place: str) -> Path | None:
        """A file with the sealed content; None when it is not where it should be. StorageProblem."""
        local = self.path(blob)
        if await asyncio.to_thread(local.is_file):
            return local
        if place != REMOTE:
            return None
        task = self._fetching.get(blob)
        if task is None:
            task = self._fetching[blob] = asyncio.create_task(self._fetch(blob), name=f"fetch {blob}")
            task.add_done_callback(lambda _: self._fetching.pop(blob, None))
        return await asyncio.shield(task)

    async def _fetch(self, blob: str, sort: str = "cache") -> Path | None:
        target = self.scratch(sort, blob)
        if target.is_file():
            target.touch()
            return target
        part = target.with_name(f"{blob}.part")
        try:
            async with self._client() as client, client.get(blob) as answer:
                if answer.status == 404:
                    return None
                if answer.status != 200:
                    raise StorageProblem(f"S3 answered {answer.status}")
                with part.open("wb") as file:
                    async for piece in answer.content.iter_chunked(PIECE):
                        await asyncio.to_thread(file.write, piece)
            part.replace(target)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise StorageProblem(f"{type(error).__name__}: {error}") from error
        finally:
            part.unlink(missing_ok=True)
        await asyncio.to_thread(self._trim)
        return target

    def _trim(self) -> None:
        kept = sorted(self._scratch.glob("cache/*"), key=lambda one: one.stat().st_mtime, reverse=True)
        size = 0
        for one in kept:
            size += one.stat().st_size
            if size > CACHE_BYTES and one is not kept[0]:
                one.unlink(missing_ok=True)

    async def send(self, blob: str) -> bool:
        """Copy a content from the folder to S3; False when it is not there. StorageProblem."""
        path = self.path(blob)
        if not path.is_file():
            return False
        try:
            async with self._client() as client:
                # The content is sealed and carries its own proof: no second hash of it.
                async with await client.put_file(blob, path, content_sha256="UNSIGNED-PAYLOAD") as answer:
                    if answer.status != 200:
                        raise StorageProblem(f"S3 answered {answer.status}")
                async with client.head(blob) as answer:
                    if answer.status != 200 or int(answer.headers.get("Content-Length", -1)) != path.stat().st_size:
                        raise StorageProblem("S3 has not all of it")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise StorageProblem(f"{type(error).__name__}: {error}") from error
        return True

    async def exists(self, blob: str, place: str) -> bool:
        """Whether a content is where it should be. StorageProblem."""
        if await asyncio.to_thread(self.path(blob).is_file):
            return True
        if place != REMOTE:
            return False
        try:
            async with self._client() as client, client.head(blob) as answer:
                if answer.status not in (200, 404):
                    raise StorageProblem(f"S3 answered {answer.status}")
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError) as error:
            raise StorageProblem(f"{type(error).__name__}: {error}") from error

    def drop(self, blob: str) -> None:
        """Remove the folder's copy and all that was made of it. Blocking."""
        self.path(blob).unlink(missing_ok=True)
        for sort in ("cache", "previews", "incoming"):
            for one in self._scratch.glob(f"{sort}/{blob}*"):
                one.unlink(missing_ok=True)

    async def remove(self, blob: str, place: str) -> None:
        """Remove a content for good. StorageProblem: then it is still there."""
        if place == REMOTE:
            try:
                async with self._client() as client, client.delete(blob) as answer:
                    if answer.status not in (200, 204, 404):
                        raise StorageProblem(f"S3 answered {answer.status}")
            except (aiohttp.ClientError, TimeoutError) as error:
                raise StorageProblem(f"{type(error).__name__}: {error}") from error
        await asyncio.to_thread(self.drop, blob)

    def _client(self) -> _Client:
        settings = self._s3()
        if not settings.url:
            raise StorageProblem("a file lies in S3, but the settings name none")
        return _Client(settings)


class _Client:
    """A client with a connection of its own: it is used now and then only."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> S3Client:
        one = self._settings
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return S3Client(
            self._session, one.url, access_key_id=one.access_key, secret_access_key=one.secret_key, region=one.region
        )

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
