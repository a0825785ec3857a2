"""`ask`: let the citizen say or write freely what it is about; keys do where speech does not."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from functools import cached_property
from itertools import zip_longest
from typing import Any, ClassVar

import pydantic

from cti.base.expressions.types import BOOLEAN
from cti.base.files.parts import Name, Part, Seconds, Variable, Words
from cti.base.files.sentences import Wrong
from ivr.conversation.port import Choice, HumanWanted, Listening
from ivr.findings.sentences import say
from ivr.nodes.asides import StepAside
from ivr.nodes.keys import KeyRange, Options
from ivr.nodes.node import FAILED, Edge, Node, Target, Turn
from ivr.nodes.tries import Tries
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of
from ivr.understanding.human import asks_for_human
from ivr.understanding.intents import likely_words
from ivr.understanding.understanding import Kind, Means, Slot, Wanted


class Intent(Part):
    """Where an intent leads; `words` and `examples` show it, `not_words` show that it is not meant.

    `means` has it understood in whatever words it is said: yes or no, or a degree of satisfaction. With a `title` it is
    also a button where there are buttons. Who hears listens for the words of what is `expected`: of others, as curses
    or an answering machine, he is not told, since he would hear them in what sounds like them.
    """

    next: Target
    title: str = pydantic.Field(default="", max_length=20)
    means: Means | None = None
    words: Words = ()
    not_words: Words = ()
    examples: Words = ()
    expected: bool = True

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"next": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: pydantic.GetJsonSchemaHandler) -> Any:
        """Editors know the short form too, in which only the main value is written."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class WantedSlot(Part):
    """A variable to be filled from what was said: `{kind: date}`, or the kind alone."""

    kind: Kind

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: pydantic.GetJsonSchemaHandler) -> Any:
        """Editors know the short form too, in which only the main value is written."""
        return {"anyOf": [{"type": "string", "enum": list(typing.get_args(Kind))}, handler(schema)]}


class Ask(Node):
    """Ask, understand the answer, and go where its intent leads. `keys` are the way by telephone keys.

    An open question has no intents but `next`, where everything goes that was made out; with intents what fits none.
    `into` keeps the words; `slots` fill variables (empty text when nothing was found); an intent less sure than `sure`
    counts as not understood.
    """

    KIND: ClassVar[str] = "ask"
    FAILS: ClassVar[tuple[str, ...]] = ("unknown", "timeout", FAILED)
    DRIVEN: ClassVar[frozenset[str]] = frozenset({"next"})

    ask: Pieces
    intents: dict[Name, Intent] = pydantic.Field(default={})
    next: Target | None = None
    slots: dict[Variable, WantedSlot] = pydantic.Field(default={})
    into: Variable | None = None
    keys: Options = pydantic.Field(default={})
    sure: float = pydantic.Field(default=0.5, ge=0, le=1)
    tries: int = pydantic.Field(default=2, ge=1, le=10)
    wait: Seconds = 6.0
    say_unknown: Pieces = ()
    say_timeout: Pieces = ()
    unknown: Target | None = None
    timeout: Target | None = None
    failed: Target | None = None

    @pydantic.model_validator(mode="after")
    def _something_to_understand(self) -> Ask:
        if not self.intents and self.next is None:
            raise Wrong(say("intents-none"))
        meant = [one.means for one in self.intents.values() if one.means]
        if twice := [means for means in meant if meant.count(means) > 1]:
            raise Wrong(say("intents-alike", means=twice[0]))
        return self

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        """What is listened for."""
        return tuple(
            Wanted(name, one.words, one.not_words, one.means, one.examples) for name, one in self.intents.items()
        )

    @cached_property
    def _hints(self) -> tuple[str, ...]:
        """Words that are likely to be said: the first of each intent before the second of any, since few are heeded."""
        words = [list(likely_words(one)) for one in self.wanted if self.intents[one.intent].expected]
        return tuple(dict.fromkeys(word for row in zip_longest(*words) for word in row if word))

    @cached_property
    def _ranges(self) -> tuple[tuple[KeyRange, str], ...]:
        return tuple((KeyRange.read(key), key) for key in self.keys)

    def _choices(self, walk: Walk) -> tuple[Choice, ...]:
        """What may be chosen: the intents with a title, and the single keys with words that exist now."""
        intents = [Choice(name, one.title) for name, one in self.intents.items() if one.title]
        keys = [
            Choice(key, option.shown)
            for key, option in self.keys.items()
            if "-" not in key and option.shown and (option.condition is None or option.condition.truth(walk))
        ]
        return (*intents, *keys)

    def edges(self) -> Iterator[Edge]:
        """See `Node.edges`."""
        for name, intent in self.intents.items():
            yield Edge(name, intent.next, ("intents", name), driven=True)
        for key, option in self.keys.items():
            yield Edge(f"key {key}", option.next, ("keys", key), driven=True)
        yield from super().edges()

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name in ("ask", "say_unknown", "say_timeout"):
            yield from expressions_of(getattr(self, name), name)
        for key, option in self.keys.items():
            if option.condition is not None:
                yield ("keys", key, "if"), option.condition, BOOLEAN

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        longest = max((len(keys.first) for keys, _ in self._ranges), default=1)
        listening = Listening(
            longest=longest, first=self.wait, speech=True, keys=bool(self.keys), hints=self._hints,
            choices=self._choices(walk),
        )  # fmt: skip
        tries = Tries(walk, self.tries)
        while tries.left:
            said = tries.question(self.ask, unknown=self.say_unknown, timeout=self.say_timeout)
            heard = await walk.conversation.hear(said, tries.listening(listening))
            walk.typed(heard.digits)
            if (key := self._key(walk, heard.digits)) is not None:
                self._keep(walk, "", {})
                return f"key {key}"
            if heard.chosen in self.intents:
                self._keep(walk, heard.text, {})
                return heard.chosen
            if heard.text:
                slots = [Slot(name, one.kind) for name, one in self.slots.items()]
                understood = await walk.understood(heard.text, self.wanted, slots, sure=self.sure)
                if isinstance(understood, StepAside):
                    return understood
                self._keep(walk, heard.text, understood.slots)
                if understood.intent in self.intents and understood.confidence >= self.sure:
                    walk.heard(heard.text, "intent", understood.intent, understood.confidence)
                    return understood.intent
                if asks_for_human(heard.text):
                    walk.heard(heard.text, "human")
                    raise HumanWanted
                if self.next is not None:
                    walk.heard(heard.text, "open")
                    return "next"
                if (aside := walk.otherwise(heard.text)) is not None:
                    return aside
                walk.heard(heard.text, "unknown", understood.intent, understood.confidence)
            await tries.failed("unknown" if heard.text or heard.digits or heard.unclear else "timeout", heard.text)
        self._keep(walk, walk.variables.get(self.into or "", ""), {})
        return tries.way

    def _key(self, walk: Walk, digits: str) -> str | None:
        for keys, key in self._ranges:
            condition = self.keys[key].condition
            if digits in keys and (condition is None or condition.truth(walk)):
                return key
        return None

    def _keep(self, walk: Walk, text: str, slots: Any) -> None:
        if self.into is not None:
            walk.variables[self.into] = text
        for name in self.slots:
            walk.variables[name] = slots.get(name) or walk.variables.get(name, "")
