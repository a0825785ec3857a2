"""What somebody is told live of his own telephone and of the call that he makes from it."""

from __future__ import annotations

from cti.base.http.topics import Topics
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from softphone.messages import OwnPhone, OwnPhoneCall, OwnPhoneSnapshot, PhoneConfirmation
from softphone.own_phones.calling import OwnCall, OwnPhoneCalls
from softphone.own_phones.confirming import Confirmation, Confirming
from softphone.own_phones.keeping import OwnPhones
from softphone.topics import OWN_PHONE


class OwnPhoneLive:
    """Topic `own_phone`: each hears of his own alone."""

    def __init__(
        self, phones: OwnPhones, confirming: Confirming, own: OwnPhoneCalls, calls: Calls, topics: Topics
    ) -> None:
        self._phones, self._confirming, self._own = phones, confirming, own
        self._calls, self._topics = calls, topics
        confirming.told = own.told = self._changed

    async def of(self, visitor: Visitor) -> OwnPhoneSnapshot:
        """All that a person's page shows of his own telephone."""
        return await self._whole(visitor.person)

    async def _whole(self, person: str) -> OwnPhoneSnapshot:
        found, confirmation, call = await self._phones.of(person), self._confirming.of(person), self._own.of(person)
        phone = OwnPhone(number=found[0].masked, confirmed_at=found[1].isoformat()) if found is not None else None
        return OwnPhoneSnapshot(
            phone=phone,
            confirmation=_confirmation(confirmation) if confirmation is not None else None,
            call=_call(call) if call is not None else None,
        )

    def _changed(self, person: str) -> None:
        if person in self._topics.people_at(OWN_PHONE.name):
            self._calls.background(self._tell(person), "tell of an own telephone")

    async def _tell(self, person: str) -> None:
        OWN_PHONE.tell(self._topics, "own_phone", await self._whole(person), person=person)


def is_his(visitor: Visitor, _key: str, _about: object) -> bool:
    """Changes are told to their person alone."""
    return True


def _confirmation(one: Confirmation) -> PhoneConfirmation:
    return PhoneConfirmation(number=one.number, code=one.code, state=one.state)


def _call(one: OwnCall) -> OwnPhoneCall:
    return OwnPhoneCall(
        call=one.call, title=one.about.title, link=one.about.link, stage=one.stage, since=one.since.isoformat(),
        who=one.who, result=one.result, seconds=one.seconds,
    )  # fmt: skip
