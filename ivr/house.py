"""What the house has, for lint and dry runs: read from the state directory, without an engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from acd.settings.files import load_settings
from acd.settings.schema import AcdSettings
from cti.base.settings import Settings
from cti.base.times.calendars import SEEDED, Calendars
from cti.office.workshop.revisions import write
from ivr.definition.flow import Flow
from ivr.lint.known import Known
from ivr.prompts.catalogue import SHIPPED, PromptCatalogue, load_catalogue
from ivr.prompts.kept import read_kept
from ivr.prompts.music import SOUNDS
from ivr.prompts.voices import find_voice
from ivr.reach.lookups import Shape
from ivr.settings import IvrSettings

SERVICES = "flows/services.json"


def own_prompts(data: Path) -> Path:
    """The folder of the city's own prompts."""
    return data / "prompts" / "own"


def prompt_library(data: Path) -> Path:
    """The folder of what people made of the prompts in the console."""
    return data / "prompt_library"


def catalogue(data: Path) -> PromptCatalogue:
    """Shipped prompts, the city's own, and above them the library's; raises DocumentError."""
    found = load_catalogue(layers=(SHIPPED, own_prompts(data)))
    read_kept(prompt_library(data), found)
    return found


def calendars(data: Path) -> Calendars:
    """The admin's business calendars, or those that came along; raises DocumentError."""
    own = data / "calendars.yaml"
    return Calendars.load(own if own.exists() else SEEDED)


def groups(settings: AcdSettings) -> frozenset[str]:
    """All groups of agents that the matching knows."""
    named = [queue.groups for queue in settings.queues.values()]
    named += [agent.groups for agent in (settings.everyone, *settings.agents.values())]
    return frozenset(group for one in named for group in one)


def services_kept(data: Path) -> dict[str, Shape]:
    """The services that the engine's plugins offered when it last ran."""
    path = data / SERVICES
    if not path.exists():
        return {}
    return {name: Shape.of_json(one) for name, one in json.loads(path.read_text("utf-8")).items()}


def keep_services(data: Path, services: Mapping[str, Shape]) -> None:
    """Write down what plugins offer, for the command line."""
    path = data / SERVICES
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, json.dumps({name: one.as_json() for name, one in services.items()}, indent=1) + "\n")


def known(
    data: Path,
    flows: Mapping[str, Flow],
    prompts: PromptCatalogue,
    services: Mapping[str, Shape] | None = None,
) -> Known:
    """What flows may name in this house. Without `services` they are those that the engine had when it last ran."""
    acd = load_settings(data)
    own = Settings.load(data).section("ivr", IvrSettings)
    return Known(
        prompts=frozenset(prompts.ids()) | frozenset(SOUNDS),
        queues=frozenset(acd.queues),
        skills=acd.skills,
        groups=groups(acd),
        calendars=calendars(data).names,
        hosts=frozenset(own.http_hosts),
        secrets=frozenset(own.http_secrets),
        services=services_kept(data) if services is None else services,
        flows=flows,
        voice=not find_voice(own.voice).trouble,
        languages=frozenset((*prompts.languages, *own.languages)),
        allowed_keys=own.allowed_keys,
    )
