"""The service of settings: sections that the house and its plugins offer, read from the file and written back to it."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pydantic
from ruamel.yaml.error import YAMLError

from cti.base.files import documents
from cti.base.files.documents import Document, DocumentError
from cti.base.files.sealed_values import opened_document
from cti.base.http.problems import invalid
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.settings import Settings
from cti.base.visitor import Visitor
from cti.office.configuring import secrets
from cti.office.configuring.file import changed_text, replace
from cti.office.configuring.flat import flat, flat_fields, nested
from cti.office.identity.audit.trail import Audit
from cti.office.screens.description import Field
from cti.store.engine import Store

SEE = "system.see"
MANAGE = "system.manage"


@dataclass(frozen=True, slots=True)
class SectionOffer:
    """A section and its model; `place` is its key in the file, empty for keys at the top.

    `changed` is told new values at once; without it they count from the next start of the plugin, or of the engine when
    `plugin` is empty.
    """

    name: str
    title: str
    model: type[pydantic.BaseModel]
    plugin: str = ""
    changed: Callable[[pydantic.BaseModel], None] | None = None
    place: str | None = None

    @property
    def key(self) -> str:
        """Where it stands in the file."""
        return self.name if self.place is None else self.place


class SectionView(pydantic.BaseModel):
    """A section: its form (sections in it are flat, `voice.speed`), what the file says, and the version of that.

    `pending` tells that the file says something else than what is in effect.
    """

    name: str
    title: str
    plugin: str
    fields: list[Field]
    values: dict[str, Any]
    version: str
    needs_restart: bool
    pending: bool


@dataclass(frozen=True, slots=True)
class _Offered:
    offer: SectionOffer
    in_effect: str


class SettingsDesk:
    """Shows and changes settings; every change is checked as a whole, audited, and written or not at all."""

    def __init__(self, settings: Settings, store: Store, audit: Audit) -> None:
        self._settings = settings
        self._path: Path = settings.data / "settings.yaml"
        self._store = store
        self._audit = audit
        self._offered: dict[str, _Offered] = {}
        self._turn = asyncio.Lock()

    def offer(self, offer: SectionOffer) -> Callable[[], None]:
        """Show a section, which is in effect as it is now; returns the withdrawal. The newest of a name counts."""
        self._offered[offer.name] = _Offered(offer, self._version(offer, self._document()))

        def withdraw() -> None:
            # Of a plugin that stopped the settings can still be changed: perhaps that is why it stopped.
            now = self._offered[offer.name]
            if now.offer is offer:
                self._offered[offer.name] = _Offered(dataclasses.replace(offer, changed=None), now.in_effect)

        return withdraw

    async def sections(self, visitor: Visitor) -> list[SectionView]:
        """All of them, the house's first. Conflict when the file is broken, with file and line."""
        visitor.need(SEE)
        document = self._document_or_conflict()
        order = sorted(self._offered.values(), key=lambda one: (one.offer.plugin != "", one.offer.title))
        return [self._view(one, document) for one in order]

    async def change(self, visitor: Visitor, name: str, version: str, values: dict[str, Any]) -> SectionView:
        """Write a section that was read at `version`. NotFound; Conflict when the file has changed; Invalid."""
        visitor.need(MANAGE)
        async with self._turn:
            found = self._offered.get(name)
            if found is None:
                raise NotFound("no_section", "没有这组设置")
            offer, document = found.offer, self._document_or_conflict()
            if self._version(offer, document) != version:
                raise Conflict("changed", "设置文件已被他人修改，请核对后重新提交")
            before = self._values(offer, document)
            try:
                said = secrets.kept(offer.model, nested(offer.model, values), before)
                checked = offer.model.model_validate(said)
            except pydantic.ValidationError as error:
                raise invalid(error) from None
            after, defaults = checked.model_dump(mode="json"), _defaults(offer.model)
            written = secrets.as_written(offer.model, after, before, _raw(offer, document), self._settings.data)
            fresh = self._checked(changed_text(self._text(), offer.key, written, defaults))
            was, now = flat(offer.model, before), flat(offer.model, after)
            changes = [key for key in now if now[key] != was.get(key)]
            async with self._store.writing() as session:
                told = [flat(offer.model, secrets.hidden(offer.model, one)) for one in (before, after)]
                both = [{key: one.get(key) for key in changes} for one in told]
                await self._audit.write(session, visitor, "settings.changed", f"settings:{name}", *both)
                # Last in the transaction: a file that cannot be written leaves no entry.
                self._write(fresh)
            self._settings.take(fresh[1])
            if offer.changed is not None:
                offer.changed(checked)
                self._offered[name] = found = _Offered(offer, self._version(offer, fresh[1]))
            return self._view(found, fresh[1])

    def _text(self) -> str:
        return self._path.read_text("utf-8") if self._path.exists() else ""

    def _document(self) -> Document:
        return documents.parse(self._text(), str(self._path))

    def _document_or_conflict(self) -> Document:
        try:
            document = self._document()
            Settings(document, self._settings.data)
        except DocumentError as error:
            said = "；".join(str(problem) for problem in error.problems[:5])
            raise Conflict("broken_file", f"设置文件有错误，请先在文件中改正：{said}") from None
        return document

    def _checked(self, text: str) -> tuple[str, Document]:
        try:
            document = documents.parse(text, str(self._path))
            fresh = Settings(document, self._settings.data)
            for one in self._offered.values():
                if one.offer.plugin:
                    fresh.section(one.offer.key, one.offer.model)
        except (DocumentError, YAMLError) as error:
            raise Invalid("settings", str(error).partition("\n")[0]) from None
        return text, document

    def _write(self, fresh: tuple[str, Document]) -> None:
        try:
            replace(self._path, fresh[0])
        except OSError as error:
            raise Conflict("not_written", f"设置文件无法写入：{error.strerror}") from None

    def _view(self, found: _Offered, document: Document) -> SectionView:
        offer = found.offer
        values = flat(offer.model, secrets.hidden(offer.model, self._values(offer, document)))
        fields = [self._told_of_environment(offer, field) for field in flat_fields(offer.model)]
        for place, field in enumerate(fields):
            if field.kind == "password":
                is_set, values[field.key] = bool(values.get(field.key)), ""
                said = "已设置，留空则不变" if is_set else "未设置"
                fields[place] = field.model_copy(update={"help": f"{field.help}；{said}" if field.help else said})
        version = self._version(offer, document)
        return SectionView(
            name=offer.name,
            title=offer.title,
            plugin=offer.plugin,
            fields=fields,
            values=values,
            version=version,
            needs_restart=offer.changed is None,
            pending=version != found.in_effect,
        )

    def _told_of_environment(self, offer: SectionOffer, field: Field) -> Field:
        """The form shows the file; where the environment wins over it, the field says what is in use."""
        used = self._settings.environment.get((offer.key, field.key))
        if used is None:
            return field
        words = f"现在使用的是环境变量指定的 {used}；去掉环境变量并重启后，才按此处的值"
        return field.model_copy(update={"help": f"{field.help}；{words}" if field.help else words})

    def _values(self, offer: SectionOffer, document: Document) -> dict[str, Any]:
        raw = _raw(offer, opened_document(document, self._settings.data))
        try:
            return offer.model.model_validate(raw).model_dump(mode="json")
        except pydantic.ValidationError:
            # The plugin did not start because of it: shown as it stands, to be mended.
            return {**_defaults(offer.model), **raw}

    def _version(self, offer: SectionOffer, document: Document) -> str:
        raw = msgspec.json.encode(_raw(offer, document), order="deterministic", enc_hook=str)
        return hashlib.sha256(raw).hexdigest()[:16]


def _raw(offer: SectionOffer, document: Document) -> dict[str, Any]:
    whole = document.data if isinstance(document.data, dict) else {}
    if not offer.key:
        return {key: whole[key] for key in offer.model.model_fields if key in whole}
    found = whole.get(offer.key)
    if isinstance(found, str) and "kind" in offer.model.model_fields:
        return {"kind": found}
    return dict(found) if isinstance(found, dict) else {}


def _defaults(model: type[pydantic.BaseModel]) -> dict[str, Any]:
    missing = {name for name, field in model.model_fields.items() if field.is_required()}
    if missing:
        return {}
    return model().model_dump(mode="json")
