"""A packaged model in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ivr.speech_models.asking import ModelFailed
from ivr.speech_models.process import ModelProcess
from workflow.knowledge.meaning.own import name_of
from workflow.knowledge.meaning.port import NotEncoded, Vectors, of_length_one

_ROOT = Path(__file__).resolve().parents[3]
MOST_WAITING = 20


class PackagedEncoder:
    """The model `name` of `worker.MODELS`, whose packages lie in a folder; `nice` is how far others go first.

    `own` is the folder of a model of one's own, which is called by what lies in it.
    """

    def __init__(self, name: str, packages: Path, nice: int, own: Path | None = None) -> None:
        self.name = name if own is None else name_of(own)
        folder = () if own is None else (str(own),)
        path = os.pathsep.join(one for one in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if one)
        self._process = ModelProcess(
            "model of sentences",
            (sys.executable, "-m", "workflow.knowledge.meaning.worker", name, str(packages), str(nice), *folder),
            environment={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            most_waiting=MOST_WAITING,
        )

    async def encode(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        """See `Encoder.encode`."""
        try:
            head, body = await self._process.ask({"texts": list(texts), "asked": asked})
            return of_length_one(np.frombuffer(body, "<f4").reshape(-1, int(head["width"])), len(texts))
        except (ModelFailed, ValueError, KeyError) as error:
            raise NotEncoded(str(error)) from None

    async def close(self) -> None:
        """End the process."""
        await self._process.close()
