"""`language`: the language in which the caller is spoken to from now on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pydantic

from cti.base.expressions import Template
from cti.base.files.sentences import Wrong
from ivr.findings.sentences import say
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk
from ivr.prompts.catalogue import is_language


class Language(Node):
    """Speak `language` from now on, in the flows that come after too: a tag such as `en`, or `{an expression}`.

    Prompts that the language lacks are heard in those of the setting `ivr.languages`, at last in Mandarin. What is no
    tag goes `failed`.
    """

    KIND: ClassVar[str] = "language"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = ()

    language: Template
    next: Target
    failed: Target | None = None

    @pydantic.model_validator(mode="after")
    def _a_tag(self) -> Language:
        if not self.language.expressions and not is_language(self.language.text):
            raise Wrong(say("language-bad", language=repr(self.language.text[:60])))
        return self

    def fails(self) -> tuple[str, ...]:
        """A language that is written out cannot fail."""
        return (FAILED,) if self.language.expressions else ()

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for one in self.language.expressions:
            yield ("language",), one, None

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        wanted = walk.words(self.language)
        if not is_language(wanted):
            return FAILED
        await walk.conversation.speak(wanted)
        return "next"
