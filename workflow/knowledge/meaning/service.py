"""A model behind an OpenAI-compatible service: `POST URL/embeddings` with `model` and `input`."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from workflow.knowledge.meaning.port import NotEncoded, Vectors, of_length_one

MOST_BYTES = 64_000_000
SECONDS = 30.0
"""The service may take so long for passages; for a question its asker is more impatient."""


class ServiceEncoder:
    """The model `model` of the service at `url` (`https://models.example/v1`), which `key` opens."""

    def __init__(self, url: str, model: str, key: str = "", seconds: float = SECONDS) -> None:
        self.name = f"{url} {model}"
        self._url, self._model = f"{url.rstrip('/')}/embeddings", model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._seconds = seconds
        self._client: aiohttp.ClientSession | None = None

    async def encode(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        """See `Encoder.encode`."""
        if self._client is None:
            timeout = aiohttp.ClientTimeout(total=self._seconds)
            self._client = aiohttp.ClientSession(timeout=timeout, headers=self._headers)
        said = {"model": self._model, "input": list(texts)}
        try:
            async with self._client.post(self._url, json=said, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise NotEncoded(f"the service answers {answer.status}")
                if (answer.content_length or 0) > MOST_BYTES:
                    raise NotEncoded("the service says too much")
                found = (await answer.json(content_type=None))["data"]
                rows = [one["embedding"] for one in sorted(found, key=lambda one: one["index"])]
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise NotEncoded(f"the service is away: {error or type(error).__name__}") from None
        return of_length_one(rows, len(texts))

    async def close(self) -> None:
        """Let go of its connections."""
        if self._client is not None:
            await self._client.close()
