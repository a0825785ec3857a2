"""`callbacks.owed`: whether a citizen is owed a callback, for flows; offered only where callbacks can be dialled.

So `offered('callbacks.owed')` tells a flow whether it may offer one.
"""

from __future__ import annotations

import pydantic

from acd.service import Acd
from cti.base.numbers.number import Number
from ivr.conversation.port import Facts
from ivr.reach.lookups import Service

NAME = "callbacks.owed"


class CallbackQuestion(pydantic.BaseModel):
    """Whose; the caller's own number unless another is given."""

    number: str = ""


class OwedCallback(pydantic.BaseModel):
    """A callback owed: of which queue, and how often it was dialled."""

    queue: str
    state: str
    attempts: int


def service(acd: Acd) -> Service:
    """The lookup of a callback that is owed to a number: in which queue, and how often it was dialled."""

    async def answer(question: CallbackQuestion, facts: Facts) -> OwedCallback | None:
        number = Number.parse(question.number) if question.number else facts.caller
        owed = acd.callbacks.owed_to(number.digits)
        if owed is None:
            return None
        return OwedCallback(queue=owed.queue, state=owed.state.value, attempts=owed.attempts)

    return Service(NAME, "预约的回电", CallbackQuestion, OwedCallback, answer)
