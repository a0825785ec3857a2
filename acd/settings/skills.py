"""Boolean expressions over skills and levels, such as `social >= 3 and (dialect >= 1 or mandarin >= 2)`.

    expression := term ("or" term)*        term := factor ("and" factor)*
    factor     := "not" factor | "(" expression ")" | "anyone" | skill [comparison level]

A skill without comparison means level 1 or more; who lacks a skill has level 0. An empty expression is `anyone`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

LEVELS = range(6)
"""0 is not having the skill; 1 to 5 are levels."""

DEEPEST = 50
"""How deep brackets and `not` may nest."""

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}

_TOKEN = re.compile(r"\s*(?:(?P<word>[^\W\d][\w-]*)|(?P<number>\d+)|(?P<sign>>=|<=|==|!=|[><=()])|(?P<wrong>\S))")
_KEYWORDS = frozenset({"and", "or", "not", "anyone"})


class ExpressionError(ValueError):
    """An expression that cannot be used; `position` counts characters from 0, `said` is the complaint in Chinese."""

    def __init__(self, text: str, position: int, message: str, said: str) -> None:
        super().__init__(f"{message} at character {position + 1} of {text!r}")
        self.text, self.position = text, position
        self.said = f"第 {position + 1} 个字符：{said}"


class Term(Protocol):
    """A part of an expression."""

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether somebody with these levels may take the work."""

    def mentions(self) -> Iterator[Compare]:
        """The comparisons in it, from left to right."""


@dataclass(frozen=True, slots=True)
class Compare:
    """`skill comparison level`; `position` is where it stands in the text."""

    skill: str
    sign: str
    level: int
    position: int

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether the level is as asked."""
        return COMPARISONS[self.sign](levels.get(self.skill, 0), self.level)

    def mentions(self) -> Iterator[Compare]:
        """The comparison itself: it is made of no others."""
        yield self


@dataclass(frozen=True, slots=True)
class Both:
    """`left and right`."""

    left: Term
    right: Term

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether both hold."""
        return self.left.holds(levels) and self.right.holds(levels)

    def mentions(self) -> Iterator[Compare]:
        """Those of both sides."""
        yield from self.left.mentions()
        yield from self.right.mentions()


@dataclass(frozen=True, slots=True)
class Either:
    """`left or right`."""

    left: Term
    right: Term

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether one holds."""
        return self.left.holds(levels) or self.right.holds(levels)

    def mentions(self) -> Iterator[Compare]:
        """Those of both sides."""
        yield from self.left.mentions()
        yield from self.right.mentions()


@dataclass(frozen=True, slots=True)
class Not:
    """`not inner`."""

    inner: Term

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether the inner one does not hold."""
        return not self.inner.holds(levels)

    def mentions(self) -> Iterator[Compare]:
        """Those of the inner one."""
        yield from self.inner.mentions()


@dataclass(frozen=True, slots=True)
class Anyone:
    """No skill is asked for."""

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Always: it asks for no skill."""
        return True

    def mentions(self) -> Iterator[Compare]:
        """None: it compares nothing."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Need:
    """An expression that has been checked: what work asks of an agent."""

    text: str
    term: Term

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether somebody with these levels may take the work."""
        return self.term.holds(levels)

    @property
    def skills(self) -> tuple[str, ...]:
        """The skills it names, each once, in order of appearance."""
        return tuple(dict.fromkeys(found.skill for found in self.term.mentions()))

    def score(self, levels: Mapping[str, int]) -> int:
        """How skilled somebody is for this work: the sum of his levels in the skills it names."""
        return sum(levels.get(skill, 0) for skill in self.skills)

    def refuse_unknown(self, known: Mapping[str, object]) -> None:
        """Raise ExpressionError at the first skill that is not among `known`."""
        for found in self.term.mentions():
            if found.skill not in known:
                name = found.skill
                raise ExpressionError(self.text, found.position, f"unknown skill {name!r}", f"没有技能“{name}”")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        assert found is not None and found.lastgroup is not None
        kind, word = found.lastgroup, found[found.lastgroup]
        start = found.start(kind)
        if kind == "wrong":
            raise ExpressionError(text, start, f"{word!r} is not understood", f"无法识别“{word}”")
        yield _Token(word if word in _KEYWORDS or kind == "sign" else kind, word, start)
        position = found.end()
    yield _Token("end", "", len(text.rstrip()))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self._ahead = list(_tokens(text))
        self._depth = 0

    def fail(self, wanted: str, wanted_said: str) -> ExpressionError:
        found = self._ahead[0]
        ends = found.kind == "end"
        message = f"{wanted} expected, {'the end' if ends else repr(found.text)} found"
        said = f"此处应为{wanted_said}，却{'结束了' if ends else f'是“{found.text}”'}"
        return ExpressionError(self.text, found.position, message, said)

    def take(self, *kinds: str) -> _Token | None:
        return self._ahead.pop(0) if self._ahead[0].kind in kinds else None

    def expression(self) -> Term:
        left = self.term()
        while self.take("or"):
            left = Either(left, self.term())
        return left

    def term(self) -> Term:
        left = self.factor()
        while self.take("and"):
            left = Both(left, self.factor())
        return left

    def factor(self) -> Term:
        self._depth += 1
        if self._depth > DEEPEST:
            place, said = self._ahead[0].position, f"括号与 not 嵌套超过 {DEEPEST} 层"
            raise ExpressionError(self.text, place, f"nested deeper than {DEEPEST}", said)
        found = self._factor()
        self._depth -= 1
        return found

    def _factor(self) -> Term:
        if self.take("not"):
            return Not(self.factor())
        if self.take("anyone"):
            return Anyone()
        if self.take("("):
            inner = self.expression()
            if not self.take(")"):
                raise self.fail("')'", "右括号")
            return inner
        skill = self.take("word")
        if skill is None:
            raise self.fail("a skill", "技能名称")
        sign = self.take(*COMPARISONS)
        if sign is None:
            return Compare(skill.text, ">=", 1, skill.position)
        level = self.take("number")
        if level is None:
            raise self.fail("a level", "级别")
        if int(level.text) not in LEVELS:
            message = f"level {level.text} is not between 0 and 5"
            raise ExpressionError(self.text, level.position, message, f"级别应为 0 到 5，不能是 {level.text}")
        return Compare(skill.text, sign.text, int(level.text), skill.position)


@lru_cache(maxsize=4096)
def parse(text: str) -> Need:
    """Check an expression; raises ExpressionError with the position of what is wrong."""
    if not text.strip():
        return Need(text, Anyone())
    parser = _Parser(text)
    term = parser.expression()
    if not parser.take("end"):
        raise parser.fail("'and', 'or' or the end", " and、or 或结尾")
    return Need(text, term)
