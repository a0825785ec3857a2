"""`hotline recogniser`: what hears callers, from the command line."""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np

from cti.base.cli_settings import data_folder
from cti.base.settings import Settings
from ivr.command_line import score
from ivr.prompts.resample import resample
from ivr.recognition import vosk_packages, whisper_packages
from ivr.recognition.port import FinalText, RecognitionFailed
from ivr.recognition.recognisers import INSTALL, HouseRecogniser, find_recogniser
from ivr.recognition.utterances import Ended, Utterances
from ivr.settings import IvrSettings, RecognitionSettings
from ivr.speech_models.packages import InstallFailed

RATE = 8000
"""As a telephone line sounds."""
QUIET_SECONDS = 1.5
SCORE = "score"


def add_commands(commands: Any) -> None:
    """Add `hotline recogniser` with its verbs."""
    parser = commands.add_parser(
        "recogniser",
        help="what hears callers: --install fetches it (about 180 MB), FILE… tells what is said there, "
        "score FOLDER how much of its sounds (NAME.wav with NAME.txt) is heard wrong",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="sound to be heard as on a telephone line")
    parser.add_argument("--hint", action="append", default=[], metavar="WORD", help="a word that is likely to be said")
    parser.add_argument("--install", action="store_true")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    settings = Settings.load(data_folder()).section("ivr", IvrSettings).recognition
    if options.install:
        try:
            home = _install(settings)
        except InstallFailed as error:
            print(f"not installed: {error}")
            return 1
        print(
            "nothing to install: a server hears"
            if home is None
            else f"installed in {home}; a running hotline takes it up when it is started again"
        )
    recogniser = find_recogniser(settings)
    if recogniser.trouble:
        print(f"no recogniser: {recogniser.trouble}" if options.install else f"no recogniser; {INSTALL} fetches one")
        return 1
    if not options.files:
        print("ready")
        return 0
    if str(options.files[0]) == SCORE:
        return asyncio.run(_score(recogniser, options.files[1:]))
    return asyncio.run(_hear_all(recogniser, options.files, options.hint))


def _install(settings: RecognitionSettings) -> Path | None:
    """Where it lies now; None where the recogniser is a server. InstallFailed."""
    if settings.engine not in ("whisper", "vosk"):
        return None
    if settings.engine == "vosk":
        return vosk_packages.install(settings.cache or vosk_packages.default_cache())
    return whisper_packages.install(settings.cache or whisper_packages.default_cache())


async def _score(recogniser: HouseRecogniser, folders: list[Path]) -> int:
    if len(folders) != 1:
        print("hotline recogniser score FOLDER: name the folder with sounds and their texts")
        return 1
    try:
        return await score.run(recogniser, folders[0])
    finally:
        await recogniser.close()


async def _hear_all(recogniser: HouseRecogniser, files: list[Path], hints: list[str]) -> int:
    try:
        return max([await _hear(recogniser, path, hints) for path in files])
    finally:
        await recogniser.close()


async def _hear(recogniser: HouseRecogniser, path: Path, hints: list[str]) -> int:
    # What decodes is dear to load, and no other command needs it.
    from ivr.prompts.intake import Unusable, decode

    try:
        samples, rate, _, _ = decode(path)
    except (Unusable, OSError) as error:
        print(f"{path}: {error}")
        return 1
    quiet = np.zeros(int(QUIET_SECONDS * RATE), np.float32)
    sound = np.concatenate([quiet, resample(samples, rate, RATE), quiet])
    said = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    left = sum(isinstance(one, Ended) for one in Utterances(RATE).feed(said))
    begin = time.monotonic()
    hearing = recogniser.listen(RATE, hints)
    hearing.feed(said)
    if not left:
        print(f"{path}: nobody speaks")
        return 0
    async for event in hearing.events():
        match event:
            case RecognitionFailed(reason):
                print(f"{path}: {reason}")
                return 1
            case FinalText(text, seconds):
                took = time.monotonic() - begin
                print(f"{path}: {text or '(no words)'} ({seconds:.1f} s, recognised after {took:.1f} s)")
                left -= 1
                if not left:
                    break
    return 0
