"""`fill`: find out several values, in whatever order and however many at once the citizen tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import pydantic

from cti.base.expressions.types import BOOLEAN
from cti.base.files.parts import Seconds, Variable
from ivr.conversation.port import Choice, Heard, HumanWanted, Listening
from ivr.nodes.asides import StepAside
from ivr.nodes.checked import WithValue
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.tries import Tries
from ivr.nodes.walk import Walk
from ivr.nodes.wishes import Wish
from ivr.speech.written_pieces import Pieces, Said, expressions_of
from ivr.understanding.corrections import Correction, corrected, replaced
from ivr.understanding.human import asks_for_human
from ivr.understanding.kinds import value_of
from ivr.understanding.understanding import Wanted

_CONFIRM, _WRONG = "confirm", "wrong"
_YES_OR_NO = (Wanted("yes", means="yes"), Wanted("no", means="no"))
_BUTTONS = (Choice("yes", "对"), Choice("no", "不对"))


class Fill(Node):
    """Ask for the values `wants`, by their names as variables; what is known already is not asked.

    `fill` is the open question: one answer may give several values. Then each that is missing is asked for by its own.
    A value is corrected at any time (不是三号，是五号). With `confirm` all is read back at the end: yes, or no and what
    is wrong, for which `wrong` asks. `tries` is how often in a row nothing may be understood.
    """

    KIND: ClassVar[str] = "fill"
    FAILS: ClassVar[tuple[str, ...]] = ("unknown", "timeout", FAILED)
    DRIVEN: ClassVar[frozenset[str]] = frozenset({"next"})

    fill: Pieces
    wants: dict[Variable, Wish] = pydantic.Field(min_length=1)
    confirm: Pieces = ()
    wrong: Pieces = ()
    tries: int = pydantic.Field(default=3, ge=1, le=10)
    wait: Seconds = 8.0
    sure: float = pydantic.Field(default=0.6, ge=0, le=1)
    say_unknown: Pieces = ()
    say_timeout: Pieces = ()
    next: Target
    unknown: Target | None = None
    timeout: Target | None = None
    failed: Target | None = None

    @cached_property
    def _slots(self) -> list[Any]:
        return [wish.slot(name) for name, wish in self.wants.items()]

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name in ("fill", "confirm", "wrong", "say_unknown", "say_timeout"):
            yield from expressions_of(getattr(self, name), name)
        for name, wish in self.wants.items():
            for key in ("ask", "again"):
                yield from expressions_of(getattr(wish, key), "wants", name, key)
            if wish.condition is not None:
                yield ("wants", name, "if"), wish.condition, BOOLEAN
            if wish.check is not None:
                yield ("wants", name, "check"), wish.check, BOOLEAN

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        for name in self.wants:
            walk.variables.setdefault(name, "")
        tries = Tries(walk, self.tries)
        while tries.left:
            asked = self._asked(walk)
            if asked is None:
                return "next"
            question = tries.question(self._question(walk, asked), unknown=self.say_unknown, timeout=self.say_timeout)
            heard = await walk.conversation.hear(question, tries.listening(self._listening(asked)))
            walk.typed(heard.digits)
            await walk.note(opened=True, last=asked)
            answered = await self._answered(walk, asked, heard)
            if isinstance(answered, StepAside):
                return answered
            if answered:
                if heard.is_words:
                    walk.heard(heard.text, "open")
                await tries.succeeded()
            elif heard.text and (aside := walk.otherwise(heard.text)) is not None:
                return aside
            else:
                if heard.is_words:
                    walk.heard(heard.text, "unknown")
                await tries.failed("unknown" if heard.text or heard.digits or heard.unclear else "timeout", heard.text)
        return tries.way

    # ── the question ──

    def _asked(self, walk: Walk) -> str | None:
        """What is asked now: a wish's name, nothing for the open question, or whether all is right; None: no more."""
        missing = [name for name, wish in self.wants.items() if self._is_missing(walk, name, wish)]
        if missing and not walk.notes.get("opened") and len(missing) == len(self._required(walk)):
            return ""
        if missing:
            return missing[0]
        if walk.notes.get(_WRONG):
            return _WRONG
        return _CONFIRM if self.confirm and not walk.notes.get("confirmed") else None

    def _required(self, walk: Walk) -> list[str]:
        return [
            name
            for name, wish in self.wants.items()
            if not wish.optional and (wish.condition is None or wish.condition.truth(walk))
        ]

    def _is_missing(self, walk: Walk, name: str, wish: Wish) -> bool:
        if wish.optional or walk.variables[name] not in ("", None):
            return False
        return wish.condition is None or wish.condition.truth(walk)

    def _question(self, walk: Walk, asked: str) -> tuple[Said, ...]:
        if asked in (_CONFIRM, _WRONG):
            return self.confirm if asked == _CONFIRM else self.wrong
        if not asked:
            return self.fill
        wish = self.wants[asked]
        return wish.again if wish.again and walk.notes.get("last") == asked else wish.ask

    def _listening(self, asked: str) -> Listening:
        if asked == _CONFIRM:
            return Listening(longest=1, first=self.wait, speech=True, choices=_BUTTONS, hints=("对", "不对"))
        wish = self.wants.get(asked or self._by_keys)
        longest = wish.longest if wish is not None else 0
        return Listening(
            longest=longest or 1,
            terminators="#" if longest > 1 else "",
            first=self.wait,
            speech=True,
            keys=longest > 0,
            hints=tuple(name for one in self.wants.values() for name in one.names),
            choices=wish.choices if wish is not None else (),
        )

    @cached_property
    def _by_keys(self) -> str:
        """What keys mean at the open question: the only value that is wanted, where keys can tell it."""
        only = next(iter(self.wants))
        return only if len(self.wants) == 1 and self.wants[only].longest else ""

    # ── the answer ──

    async def _answered(self, walk: Walk, asked: str, heard: Heard) -> bool | StepAside:
        """Whether it told anything that was wanted."""
        if asked == _CONFIRM and (heard.digits or heard.chosen):
            return await self._confirmed(walk, yes=heard.digits == "1" or heard.chosen == "yes")
        if heard.digits or heard.chosen:
            return self._take_key(walk, asked, heard.digits or heard.chosen)
        if not heard.text:
            return False
        if asks_for_human(heard.text):
            walk.heard(heard.text, "human")
            raise HumanWanted
        correction = corrected(heard.text)
        words = correction.new if correction is not None else heard.text
        wanted = _YES_OR_NO if asked == _CONFIRM and correction is None else ()
        meant = await walk.understood(words, wanted, self._slots, sure=self.sure)
        if isinstance(meant, StepAside):
            return meant
        if correction is not None and self._correct(walk, correction, meant.slots):
            await walk.note(wrong=False)
            return True
        if asked == _CONFIRM:
            if meant.intent:
                return await self._confirmed(walk, yes=meant.intent == "yes")
            return self._correct(walk, Correction("", words), meant.slots)
        if asked == _WRONG:
            return await self._told_what_is_wrong(walk, words, meant.slots)
        return self._take(walk, asked, meant.slots)

    async def _confirmed(self, walk: Walk, *, yes: bool) -> bool:
        await walk.note(**{"confirmed" if yes else _WRONG: True})
        return True

    async def _told_what_is_wrong(self, walk: Walk, words: str, values: Mapping[str, str]) -> bool:
        """The right value was told, or only which one is wrong: then that is asked for again."""
        if not self._correct(walk, Correction("", words), values):
            named = [name for name, wish in self.wants.items() if wish.is_named_in(words)]
            for name in named:
                walk.variables[name] = ""
            if not named:
                return False
        await walk.note(wrong=False)
        return True

    def _take_key(self, walk: Walk, asked: str, keys: str) -> bool:
        name = asked or self._by_keys
        wish = self.wants.get(name)
        if wish is None:
            return False
        value = wish.keys.get(keys) or value_of(wish.slot(name), keys, walk.surroundings.now().date())
        return bool(value) and self._put(walk, name, value)

    def _take(self, walk: Walk, asked: str, values: Mapping[str, str]) -> bool:
        """Put the values of an answer where they belong: first what was asked, then what is still missing."""
        order = [asked, *(name for name in self.wants if name != asked)] if asked else list(self.wants)
        taken: dict[str, str] = {}
        for name in order:
            wish, value = self.wants[name], values.get(name, "")
            if not value or value in taken.values() or (name != asked and walk.variables[name]):
                continue
            if wish.is_words and name != asked and (asked or any(self.wants[one].is_words for one in taken)):
                # A free text is what was asked for, or the first of them in an open answer.
                continue
            if self._put(walk, name, value):
                taken[name] = value
        return bool(taken)

    def _correct(self, walk: Walk, one: Correction, values: Mapping[str, str]) -> bool:
        """Put a corrected value in the place of the one that was taken back."""
        told = {name: wish for name, wish in self.wants.items() if walk.variables[name]}
        meant = [name for name, wish in told.items() if wish.is_meant(one, str(walk.variables[name]))]
        # Not said what is taken back: what has a value of its kind among the new words.
        meant = meant or [name for name, wish in told.items() if not wish.is_words and values.get(name)]
        for name in meant:
            wish = self.wants[name]
            if wish.is_words or (wish.kind == "place" and one.old in str(walk.variables[name])):
                return self._put(walk, name, replaced(str(walk.variables[name]), one))
            if values.get(name) and self._put(walk, name, values[name]):
                return True
        return False

    def _put(self, walk: Walk, name: str, value: str) -> bool:
        check = self.wants[name].check
        if check is not None and not check.truth(WithValue(walk, value)):
            return False
        walk.variables[name] = value
        return True
