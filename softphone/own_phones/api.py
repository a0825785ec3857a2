"""One's own telephone over HTTP; see `/api/openapi.json`. Whom to call from it stands with each record."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body, Route
from cti.base.visitor import Visitor
from softphone.messages import OwnPhoneSnapshot
from softphone.own_phones.calling import OwnPhoneCalls
from softphone.own_phones.confirming import Confirming
from softphone.own_phones.keeping import OWN_PHONE, OwnPhones
from softphone.own_phones.live import OwnPhoneLive


class OwnNumber(Body):
    """A number as it was typed."""

    number: str = pydantic.Field(min_length=5, max_length=32)


def routes(live: OwnPhoneLive, confirming: Confirming, phones: OwnPhones, own: OwnPhoneCalls) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def confirm(visitor: Visitor, body: OwnNumber) -> OwnPhoneSnapshot:
        confirming.begin(visitor, body.number)
        return await live.of(visitor)

    async def forget(visitor: Visitor) -> OwnPhoneSnapshot:
        await phones.forget(visitor)
        return await live.of(visitor)

    async def cancel(visitor: Visitor) -> None:
        await own.cancel(visitor)

    return [
        Route("GET", "/api/own_phone", live.of, OWN_PHONE, "本人的联系电话"),
        Route("POST", "/api/own_phone/confirm", confirm, OWN_PHONE, "核验本人的联系电话"),
        Route("DELETE", "/api/own_phone", forget, OWN_PHONE, "删除本人的联系电话"),
        Route("POST", "/api/own_phone/call/cancel", cancel, OWN_PHONE, "结束从本人电话拨打的电话"),
    ]
