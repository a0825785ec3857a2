"""What a scripted caller presses and says, and when: `0`, `wait 3, 1`, `hear 满意度, 1`, `hear 请说, say ticket.wav`.

Steps stand between commas and are done one after the other from the answer on:
`wait 2.5` waits so many seconds; `hear 请按` waits until a known prompt whose text contains these words begins;
`say FILE` says what is in a sound file, `say` what there is to say anyway; anything else is a row of keys (0–9, A–D,
*, #).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEYS = re.compile(r"[0-9A-Da-d*#]+")


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AwaitPrompt:
    """Wait for a prompt whose text contains these words."""

    words: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say what is in this file; with none, what the caller has to say anyway."""

    file: str


Step = Press | Wait | AwaitPrompt | Say


def parse_keys(script: str) -> tuple[Step, ...]:
    """Read a script; raises ValueError with the step that cannot be read."""
    return tuple(_step(part.strip()) for part in re.split(r"[,,]", script) if part.strip())


def _step(text: str) -> Step:
    verb, _, rest = text.partition(" ")
    rest = rest.strip()
    if verb == "wait":
        try:
            seconds = float(rest)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= 3600:
            raise ValueError(f"{text!r}: wait needs seconds from 0 to 3600, as in 'wait 3'")
        return Wait(seconds)
    if verb == "hear":
        if not rest:
            raise ValueError(f"{text!r}: hear needs words, as in 'hear 请按'")
        return AwaitPrompt(rest)
    if verb == "say":
        return Say(rest)
    if not _KEYS.fullmatch(text):
        raise ValueError(f"{text!r} is neither keys (0-9 A-D * #) nor 'wait SECONDS' nor 'hear WORDS' nor 'say FILE'")
    return Press(text.upper())
