"""Routes of one's own second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, Route
from cti.base.visitor import Visitor
from cti.office.identity.api.fields import Secret
from cti.office.identity.service import Identity

Code = Annotated[str, pydantic.Field(pattern=r"^[0-9]{6}$", title="动态验证码")]
AnyCode = Annotated[str, pydantic.Field(min_length=6, max_length=16, title="动态验证码或恢复码")]


class EnrolmentAnswer(pydantic.BaseModel):
    """A secret that waits to be confirmed; `svg` is the picture for the app."""

    secret: str
    uri: str
    svg: str


class FactorAnswer(pydantic.BaseModel):
    """Since when one has it (null: not), and how many recovery codes are left."""

    since: datetime | None
    recovery_left: int


class CodeBody(Body):
    """A code from the app."""

    code: Code


class BeginBody(Body):
    """The password again, so that an open page alone enrols no telephone."""

    password: Secret


class RenewBody(Body):
    """A code from the app or a recovery code."""

    code: AnyCode


class TurnOffBody(Body):
    """One's password and a code."""

    password: Secret
    code: AnyCode


class RecoveryCodes(pydantic.BaseModel):
    """Each is good once; shown this once."""

    codes: list[str]


class SecondFactorApi:
    """Switches one's own second factor on and off, and gives new recovery codes."""

    def __init__(self, identity: Identity) -> None:
        self._factor = identity.second_factor
        self._sessions = identity.sessions

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        path = "/api/session/second-factor"
        return [
            Route("GET", path, self.state, SIGNED_IN, "本人的二次验证"),
            Route("POST", path, self.begin, SIGNED_IN, "开始启用二次验证"),
            Route("PUT", path, self.confirm, SIGNED_IN, "确认启用二次验证"),
            Route("POST", f"{path}/recovery", self.renew, SIGNED_IN, "重新生成恢复码"),
            Route("POST", f"{path}/off", self.turn_off, SIGNED_IN, "停用二次验证"),
        ]

    async def state(self, visitor: Visitor) -> FactorAnswer:
        """Whether it is on."""
        visitor.need_session()
        found = await self._factor.state(visitor)
        return FactorAnswer(since=found.since, recovery_left=found.recovery_left)

    async def begin(self, visitor: Visitor, body: BeginBody) -> EnrolmentAnswer:
        """A new secret for the app on the telephone; it counts once it was confirmed."""
        visitor.need_session()
        found = await self._factor.begin(visitor, body.password)
        return EnrolmentAnswer(secret=found.secret, uri=found.uri, svg=found.svg)

    async def confirm(self, visitor: Visitor, body: CodeBody) -> RecoveryCodes:
        """The first code of the app: from now on it is asked for. Gives the recovery codes."""
        visitor.need_session()
        codes = await self._factor.confirm(visitor, body.code)
        self._sessions.forget(visitor.person)
        return RecoveryCodes(codes=codes)

    async def renew(self, visitor: Visitor, body: RenewBody) -> RecoveryCodes:
        """New recovery codes; those of before open nothing."""
        visitor.need_session()
        return RecoveryCodes(codes=await self._factor.renew(visitor, body.code))

    async def turn_off(self, visitor: Visitor, body: TurnOffBody) -> None:
        """Ask for no code any more."""
        visitor.need_session()
        await self._factor.turn_off(visitor, body.password, body.code)
        self._sessions.forget(visitor.person)
