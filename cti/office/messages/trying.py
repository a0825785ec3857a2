"""Letters that are sent past the outbox: the answer says at once whether a channel works."""

from __future__ import annotations

from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid
from cti.office.messages.channels.port import Carries, ChannelFails, ChannelRefuses, Letter
from cti.office.messages.sender import Sender


async def try_now(sender: Sender, letter: Letter) -> None:
    """Send a letter at once. Conflict when the channel did not take it, with its reason."""
    try:
        await sender.give(letter)
    except (ChannelFails, ChannelRefuses) as error:
        raise Conflict("not_sent", f"没有发出：{error}") from None


def address_for(sender: Sender, said: str) -> str:
    """Whom a channel writes to that somebody typed; a robot writes to its group. Invalid."""
    match sender.described.carries:
        case Carries.SMS:
            number = Number.parse(said)
            if number.kind is not NumberKind.MOBILE:
                raise Invalid("no_mobile", "请填写手机号码", "to")
            return number.national
        case Carries.MAIL:
            if "@" not in said:
                raise Invalid("no_mail", "请填写邮箱", "to")
            return said
    return sender.name
