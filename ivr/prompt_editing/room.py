"""Puts the prompt library of a running engine together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cti.base.numbers.number import Number
from cti.office.identity.service import Identity
from cti.plugins import Host
from cti.process.upkeep.condition import Condition
from cti.store.engine import Store
from cti.telephony.calls import Calls
from cti.telephony.switch.registrar import Registrar
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from ivr import house
from ivr.prompt_editing.api import PromptApi
from ivr.prompt_editing.browsing import PromptBrowsing
from ivr.prompt_editing.service import PromptService
from ivr.prompt_editing.studio import Studio
from ivr.prompt_editing.takes import Takes
from ivr.prompts import voice_part
from ivr.prompts.catalogue import DEFAULT_LANGUAGE, PromptCatalogue
from ivr.prompts.joining import Joiner
from ivr.prompts.library import PromptLibrary
from ivr.prompts.speaker import Speaker
from ivr.prompts.voice import NoVoice, VoiceProcess
from ivr.prompts.voices import find_voice
from ivr.settings import VoiceSettings
from ivr.speech.playing import Sayer
from ivr.workshop.library import FlowLibrary


@dataclass(frozen=True, slots=True)
class PromptRoom:
    """Prompts as calls and flows need them; `voice` is closed when the room stops."""

    catalogue: PromptCatalogue
    library: PromptLibrary
    sayer: Sayer
    voice: VoiceProcess | NoVoice
    speaker: Speaker


async def open_room(
    host: Host, settings: VoiceSettings, formats: Collection[str], languages: Mapping[str, Sequence[str]]
) -> PromptRoom:
    """Bring the switch's files to what folders and table say, and find a voice."""
    catalogue = house.catalogue(host.data)
    directory = host.data / "prompts"
    library = PromptLibrary(host.need(Store), catalogue, house.prompt_library(host.data), directory, formats)
    await library.load()
    voice = find_voice(settings)
    spoken = directory / DEFAULT_LANGUAGE
    speaker = Speaker(voice, spoken, formats, name=settings.name, speed=settings.speed)
    joiner = Joiner(spoken, formats, host.clock)
    joiner.clear()
    sayer = Sayer(catalogue, speaker, settings.patience, joiner, languages)
    return PromptRoom(catalogue, library, sayer, voice, speaker)


def offer_room(host: Host, room: PromptRoom, flows: FlowLibrary, settings: VoiceSettings) -> None:
    """Offer PromptService, and its routes."""
    identity, calls, top = host.need(Identity), host.need(Calls), host.settings.house
    takes = Takes(house.prompt_library(host.data) / "takes", host.clock, host.task)
    takes.clear()
    shown = Number.parse(next(iter(top.numbers), "12345"))
    studio = Studio(
        calls.switch,
        calls.sessions,
        host.need(Registrar),
        host.need(WaysOut),
        host.data / "prompts" / DEFAULT_LANGUAGE / "takes",
        shown,
    )
    studio.clear()
    browsing = PromptBrowsing(room.library, lambda: flows.flows.values(), (top.organisation, top.region))
    service = PromptService(room.library, browsing, takes, identity.audit, host.clock)
    host.provide(PromptService, service)
    host.on_stop(host.need(Web).add(PromptApi(service, takes, room.voice, studio).routes()))
    host.on_stop(host.need(Web).add(voice_part.routes(room.voice, settings)))
    host.on_stop(host.need(Condition).add("voice", lambda: voice_part.part(room.voice)))
