"""Which model this house has: what was installed, or a service; never fetched by an engine."""

from __future__ import annotations

import structlog

from cti.base import priority
from workflow.knowledge.meaning import packages
from workflow.knowledge.meaning.own import BrokenFolder, own_model
from workflow.knowledge.meaning.packaged import PackagedEncoder
from workflow.knowledge.meaning.port import Encoder
from workflow.knowledge.meaning.service import ServiceEncoder
from workflow.knowledge.settings import MeaningSettings

log = structlog.get_logger(__name__)

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
    if home is None:
        return None
    if settings.model != "folder":
        return PackagedEncoder(settings.model, home, nice)
    assert settings.folder is not None, "the settings have said so"
    try:
        own_model(settings.folder)
    except BrokenFolder as error:
        log.error("the words serve alone: the folder of the model cannot be used", reason=str(error))
        return None
    return PackagedEncoder("folder", home, nice, settings.folder)


def for_passages(settings: MeaningSettings) -> Encoder | None:
    """The same, behind all others."""
    return find_encoder(settings, priority.LATER)
