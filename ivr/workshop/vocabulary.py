"""What a flow of this house may name: editors complete by it, beside the JSON schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cti.base.expressions.functions import EVERY
from ivr.definition import schema
from ivr.nodes import End
from ivr.speech.spoken_pieces import PromptTexts
from ivr.workshop.library import FlowLibrary


@dataclass(frozen=True, slots=True)
class SubFlow:
    """A flow that can be called: its title, its arguments and results with their types, the outcomes it ends with."""

    title: str
    arguments: dict[str, str]
    results: dict[str, str]
    outcomes: list[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The schema of a flow file and the names of the house.

    `prompts` has the words of each prompt, `skills` titles, `services` what they take and give, `functions` what each
    function of expressions is for.
    """

    schema: dict[str, Any]
    prompts: dict[str, str]
    queues: list[str]
    skills: dict[str, str]
    groups: list[str]
    calendars: list[str]
    services: dict[str, dict[str, Any]]
    flows: dict[str, SubFlow]
    functions: dict[str, str]


def vocabulary(library: FlowLibrary, texts: PromptTexts, may_see: Callable[[str], bool]) -> Vocabulary:
    """The names of the house as they are now; of flows those that `may_see` holds for."""
    known = library.known()
    return Vocabulary(
        schema=schema.schema(),
        prompts={prompt: _words(texts, prompt) for prompt in sorted(known.prompts or ())},
        queues=sorted(known.queues or ()),
        skills=dict(known.skills or {}),
        groups=sorted(known.groups or ()),
        calendars=sorted(known.calendars or ()),
        services={name: one.as_json() for name, one in sorted((known.services or {}).items())},
        flows={
            flow.name: SubFlow(
                flow.head.title,
                dict(flow.head.arguments),
                dict(flow.head.results),
                sorted({node.end for node in flow.nodes.values() if isinstance(node, End)}),
            )
            for flow in library.flows.values()
            if may_see(flow.name)
        },
        functions={name: one.what for name, one in EVERY.items()},
    )


def _words(texts: PromptTexts, prompt: str) -> str:
    try:
        return texts.text(prompt)
    except KeyError:
        # Tones and music say nothing.
        return ""
