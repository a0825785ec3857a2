"""The settings' file is read and checked as a whole, with what the environment says of ports."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from cti.base import ports
from cti.base.files import documents
from cti.base.files.sealed_values import opened_document
from cti.base.settings.house import HouseSettings

M = TypeVar("M", bound=pydantic.BaseModel)


class Settings:
    """The house's settings and the plugins' sections."""

    def __init__(self, document: documents.Document, data: Path) -> None:
        document = opened_document(document, data)
        everything: dict[str, Any] = document.data or {}
        if not isinstance(everything, dict):
            raise documents.DocumentError([document.problem((), "settings must be a mapping")])
        own = set(HouseSettings.model_fields)
        house = documents.Document(
            document.file, {key: value for key, value in everything.items() if key in own}, document.places
        )
        self.data = data
        self.is_dry = False
        """Whether the house is only looked at: nobody signs in, and no switch plays a prompt."""
        self.environment: Mapping[ports.Setting, int | str] = {}
        """What the environment says instead of the file, by section and key."""
        self.house = house.validate(HouseSettings)
        self._document = document
        if clashes := [self.problem(where, text) for where, text in ports.clashes(self.house.listening)]:
            raise documents.DocumentError(clashes)
        self._sections = {key: value for key, value in everything.items() if key not in own}

    @classmethod
    def load(cls, data: Path) -> Settings:
        """Read `settings.yaml` of the state directory (absent means all defaults), then the environment.

        `HOTLINE_PORT_BASE` moves every port (`cti.base.ports.LAYOUT`), `HOTLINE_HTTP_PORT` and `HOTLINE_SIP_PORT`
        one each; they win over the file.
        """
        path = data / "settings.yaml"
        document = documents.load(path) if path.exists() else documents.Document(str(path), {}, {})
        if not isinstance(document.data, dict | None):
            raise documents.DocumentError([document.problem((), "settings must be a mapping")])
        everything: dict[str, Any] = dict(document.data or {})
        environment = _of_environment(everything)
        for (section, key), value in environment.items():
            found = everything.get(section) or {}
            everything[section] = {**({"kind": found} if isinstance(found, str) else found), key: value}
        settings = cls(documents.Document(document.file, everything, document.places), data)
        settings.environment = environment
        return settings

    def problem(self, where: documents.Where, message: str) -> documents.Problem:
        """A complaint about a setting."""
        return self._document.problem(where, message)

    def take(self, document: documents.Document) -> None:
        """Let plugins that start from now on find these sections; the house itself keeps what it started with."""
        fresh = Settings(document, self.data)
        self._document, self._sections = fresh._document, fresh._sections

    def on(self, data: Path) -> Settings:
        """The same settings on another state directory."""
        return Settings(self._document, data)

    def section(self, name: str, model: type[M]) -> M:
        """A plugin's section, made from defaults where the file has none."""
        if name not in self._sections:
            return model()
        return self._document.validate(model, (name,))

    def check_names(self, plugins: set[str]) -> None:
        """Refuse sections that belong to nobody."""
        problems = [
            self._document.problem((name,), f"{name}: no such setting or plugin")
            for name in self._sections
            if name not in plugins
        ]
        if problems:
            raise documents.DocumentError(problems)


def _of_environment(file: dict[str, Any]) -> dict[tuple[str, str], int | str]:
    """What the environment says of ports."""
    found: dict[tuple[str, str], int | str] = {}
    if base := os.environ.get(ports.BASE):
        switch = file.get("switch")
        has_wss = isinstance(switch, dict) and switch.get("wss_port") is not None
        try:
            found = dict(ports.shifted(base, wss=has_wss))
        except ValueError as error:
            raise documents.DocumentError([documents.Problem(ports.BASE, 1, 1, str(error))]) from None
    for variable, setting in (("HOTLINE_HTTP_PORT", ("http", "port")), ("HOTLINE_SIP_PORT", ("switch", "sip_port"))):
        if value := os.environ.get(variable):
            found[setting] = value
    return found
