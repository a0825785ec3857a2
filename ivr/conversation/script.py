"""What a simulated caller does, as a line of text: `press 1, wait 61, say 我要查工单, agent 30, hangup`.

    press KEYS      press keys as soon as the flow listens and earlier keys are used up
    type KEYS       press keys at once, whether somebody listens or not
    say WORDS       speak or write as soon as the flow listens
    wait SECONDS    let time pass
    hangup          hang up at once
    agent SECONDS [then WHERE]      once in the queue: an agent answers and talks, and may hand on (`then flow:survey`)
    agents none|busy|closed|full    how queues are from now on (busy: nobody answers)
    overflow WHERE  once in the queue: its own rule sends the caller to voicemail, callback, message, queue:x, flow:x
    dial SECONDS|busy|no_answer|failed    once a number is dialled: how long they talk, or why not
    speak SECONDS   once a message is recorded: how long it is
    slow SECONDS    services and HTTP take so long from now on
    status CODE [JSON]    what HTTP answers from now on

In words a comma is written `,`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cti.base.files.sentences import Wrong
from ivr.findings.sentences import say


class ScriptError(Wrong):
    """A script that cannot be read; the message names the step."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step: the verb and what it is done with."""

    verb: str
    value: str = ""

    @property
    def seconds(self) -> float:
        """The seconds at the beginning of `value`."""
        return float(self.value.split()[0])

    def __str__(self) -> str:
        return f"{self.verb} {self.value}".strip()


_NUMBER = r"\d+(\.\d+)?"
_PLACE = r"(queue|flow|agent|outside):[\w-]+"
_VALUES: dict[str, str] = {
    "press": r"[0-9*#]+",
    "type": r"[0-9*#]+",
    "say": r".+",
    "wait": _NUMBER,
    "hangup": r"",
    "agent": rf"{_NUMBER}( then {_PLACE})?",
    "agents": r"none|busy|closed|full|free",
    "overflow": rf"voicemail|callback|message|{_PLACE}",
    "dial": rf"{_NUMBER}( then {_PLACE})?|busy|no_answer|failed",
    "speak": _NUMBER,
    "slow": _NUMBER,
    "status": r"\d{3}( .+)?",
}
_SHAPES: dict[str, Callable[[str], re.Match[str] | None]] = {
    verb: re.compile(pattern, re.DOTALL).fullmatch for verb, pattern in _VALUES.items()
}


def parse(text: str) -> list[Action]:
    """The steps of a script; raises ScriptError. Steps are separated by commas or new lines."""
    actions: list[Action] = []
    for step in re.split(r"[,\n](?![^{\[]*[}\]])", text):
        words = step.strip()
        if not words:
            continue
        verb, _, value = words.partition(" ")
        shape = _SHAPES.get(verb)
        if shape is None:
            raise ScriptError(say("test-step", step=repr(words), steps=", ".join(_SHAPES)))
        if not shape(value.strip()):
            raise ScriptError(say("test-step-value", step=repr(words), verb=verb, value=repr(value.strip())))
        actions.append(Action(verb, value.strip()))
    return actions
