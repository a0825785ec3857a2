"""What a talk is about, in a few words: whoever knows says so, and the floor sees it beside who talks with whom.

It is kept with the call. No name, number or address of a citizen belongs there: everybody who sees the floor reads it.
"""

from __future__ import annotations

from collections.abc import Callable

from cti.base.call import Call
from cti.telephony.calls import Calls

ABOUT = "about"
LONGEST = 40
Said = Callable[[Call], None]


class TalkAbout:
    """Takes it down, and tells that it is another now."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._listeners: list[Said] = []

    def say(self, id: str, words: str) -> None:
        """A call that goes on is about this; nothing for any other."""
        call, words = self._calls.find(id), words.strip()[:LONGEST]
        if call is None or call.is_over or about_of(call) == words:
            return
        call.progress[ABOUT] = words
        self._calls.save(call)
        for tell in self._listeners:
            tell(call)

    def on_said(self, tell: Said) -> Callable[[], None]:
        """Call this with each call that is about something else now; returns the undo."""
        self._listeners.append(tell)
        return lambda: self._listeners.remove(tell)


def about_of(call: Call) -> str:
    """What a call is about; empty while nobody has said."""
    return str(call.progress.get(ABOUT, ""))
