"""Who sends messages for flows: plugins offer channels, such as `sms`; a flow's `message` node uses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from ivr.conversation.port import Facts, OutgoingMessage

log = structlog.get_logger(__name__)

Send = Callable[[OutgoingMessage, Facts], Awaitable[bool]]
"""Sends a message for a call; False when it could not be sent. Whether it is delivered is the plugin's to follow."""


class Messengers:
    """The channels on offer now: plugins come and go."""

    def __init__(self) -> None:
        self._channels: dict[str, Send] = {}

    def offer(self, channel: str, send: Send) -> Callable[[], None]:
        """Offer a channel; ValueError when it is taken. Returns the withdrawal."""
        if channel in self._channels:
            raise ValueError(f"two messengers offer {channel}")
        self._channels[channel] = send

        def withdraw() -> None:
            if self._channels.get(channel) is send:
                del self._channels[channel]

        return withdraw

    def offers(self, channel: str) -> bool:
        """Whether somebody sends over it."""
        return channel in self._channels

    async def send(self, message: OutgoingMessage, facts: Facts) -> bool:
        """Send; False when nobody offers the channel, or who does could not."""
        send = self._channels.get(message.channel)
        if send is None:
            log.info("nobody sends over this channel", channel=message.channel, call=facts.call)
            return False
        try:
            return await send(message, facts)
        except Exception:
            # A plugin's fault must not end a call.
            log.exception("a message was not sent", channel=message.channel, call=facts.call)
            return False
