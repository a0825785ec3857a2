"""Which model this house has: what was installed, or a service; never fetched by an engine."""

from __future__ import annotations

from cti.base import priority
from workflow.knowledge.meaning import packages
from workflow.knowledge.meaning.packaged import PackagedEncoder
from workflow.knowledge.meaning.port import Encoder
from workflow.knowledge.meaning.service import ServiceEncoder
from workflow.knowledge.settings import MeaningSettings

INSTALL = "hotline knowledge model --install"
QUESTIONS = 5
"""Behind engine and switch: a search without its vector is a search."""


def find_encoder(settings: MeaningSettings, nice: int = QUESTIONS) -> Encoder | None:
    """The model of the settings; None when there is none, or it was not installed. Looks at files only."""
    if settings.model == "none":
        return None
    if settings.model == "service":
        return ServiceEncoder(settings.url, settings.name, settings.key)
    home = packages.installed(settings.model, settings.cache)
    return PackagedEncoder(settings.model, home, nice) if home is not None else None


def for_passages(settings: MeaningSettings) -> Encoder | None:
    """The same, behind all others."""
    return find_encoder(settings, priority.LATER)
