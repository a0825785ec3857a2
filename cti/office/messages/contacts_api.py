"""Routes of how oneself is told beyond the console."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, Route
from cti.base.settings import DAYTIME
from cti.base.visitor import Visitor
from cti.office.messages.contacts import Contact, Contacts, From
from cti.office.screens import form

LEAST = {"normal": "普通和紧急", "urgent": "只收紧急", "off": "不接收"}


class ContactFields(Body):
    """How oneself is told beyond the console."""

    mobile: str = pydantic.Field(default="", max_length=20, title="手机号")
    mail: str = pydantic.Field(default="", max_length=100, pattern=r"^([^@\s<>]+@[^@\s<>]+)?$", title="邮箱")
    sms_from: From = pydantic.Field(default="urgent", title="短信", json_schema_extra=form(options=LEAST))
    mail_from: From = pydantic.Field(default="normal", title="邮件", json_schema_extra=form(options=LEAST))
    quiet_from: str = pydantic.Field(default="", pattern=DAYTIME, title="免打扰开始")
    quiet_until: str = pydantic.Field(default="", pattern=DAYTIME, title="免打扰结束")


class ContactsApi:
    """By which ways and at what hours one wants to be told oneself."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/inbox/contact", self.contact, SIGNED_IN, "我的接收方式"),
            Route("PUT", "/api/inbox/contact", self.set_contact, SIGNED_IN, "修改我的接收方式"),
        ]

    async def contact(self, visitor: Visitor) -> ContactFields:
        """How oneself is told."""
        return _fields(await self._contacts.of(visitor))

    async def set_contact(self, visitor: Visitor, body: ContactFields) -> ContactFields:
        """Say by which ways and at what hours one wants to be told oneself."""
        return _fields(await self._contacts.set(visitor, Contact(**body.model_dump())))


def _fields(contact: Contact) -> ContactFields:
    return ContactFields.model_validate(contact, from_attributes=True)
