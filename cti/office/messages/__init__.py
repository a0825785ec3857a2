"""Telling people: an inbox for each, live, and the channels that lead out of the house."""

from cti.office.messages.service import Messages, Told
from cti.office.messages.templates import Filled, Template, Text
from cti.office.messages.urgency import Urgency
from cti.office.messages.whom import AtWork, InGroup, Leaders, OnDuty, Persons, WithRight, WithRole

__all__ = [
    "AtWork",
    "Filled",
    "InGroup",
    "Leaders",
    "Messages",
    "OnDuty",
    "Persons",
    "Template",
    "Text",
    "Told",
    "Urgency",
    "WithRight",
    "WithRole",
]
