"""The grammar of expressions: text to a tree. Nothing here runs anything.

expression := or ;  or := and ('or' and)* ;  and := not ('and' not)* ;  not := 'not' not | comparison
comparison := sum (('=='|'!='|'<'|'<='|'>'|'>='|'in'|'not in') sum)?
sum := product (('+'|'-') product)* ;  product := unary (('*'|'/'|'%') unary)* ;  unary := '-' unary | postfix
postfix := atom ('.' name | '[' expression ']')* ;  atom := number | text | true | false | none | name
         | name '(' expression,* ')' | '[' expression,* ']' | '(' expression ')'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cti.base.files.faults import say
from cti.base.files.sentences import Words

LONGEST = 1000
"""Characters that an expression may have."""
DEEPEST = 40
"""How deep an expression may nest."""


class ExpressionError(Exception):
    """An expression that cannot be read, or cannot be worked out; `at` is the place in its text, from 0."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(str(message))
        self.at = at
        self.message = message if isinstance(message, Words) else say("expression", text=message)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or none."""

    value: str | int | float | bool | None
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or one of `call`, `caller`, `time`."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Field:
    """`whole.name`."""

    whole: Tree
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Item:
    """`whole[index]`."""

    whole: Tree
    index: Tree
    at: int


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]`."""

    items: tuple[Tree, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`."""

    operator: str
    operand: Tree
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what is between them."""

    operator: str
    left: Tree
    right: Tree
    at: int


@dataclass(frozen=True, slots=True)
class Apply:
    """`function(arguments)`."""

    function: str
    arguments: tuple[Tree, ...]
    at: int


Tree = Literal | Name | Field | Item | Items | Unary | Binary | Apply

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<name>[^\W\d]\w*)
  | (?P<operator>==|!=|<=|>=|[-+*/%<>().,\[\]])
  )""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in"})
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "none": None}
_LEVELS: tuple[tuple[str, ...], ...] = (("+", "-"), ("*", "/", "%"))
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            hint = say("then-equals") if text[at] == "=" else ""
            raise ExpressionError(say("expression-sign", sign=repr(text[at]), hint=hint), at)
        kind = match.lastgroup or ""
        word = match[kind]
        found.append(_Token("word" if word in _WORDS else kind, word, match.start(kind)))
        at = match.end()
    found.append(_Token("end", "", len(text)))
    return found


def parse(text: str) -> Tree:
    """The tree of an expression; raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(say("expression-long", most=LONGEST), LONGEST)
    parser = _Parser(_tokens(text))
    tree = parser.expression()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._index, self._depth = tokens, 0, 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._index]

    def _take(self) -> _Token:
        token = self._next
        self._index += 1
        return token

    def _taken(self, *texts: str) -> _Token | None:
        token = self._next
        if token.kind in ("operator", "word") and token.text in texts:
            return self._take()
        return None

    def _expect(self, text: str) -> None:
        if self._taken(text) is None:
            raise self._unexpected(say("then-missing", sign=repr(text)))

    def _unexpected(self, hint: str = "") -> ExpressionError:
        token = self._next
        if token.kind == "end":
            return ExpressionError(say("expression-ends", hint=hint), token.at)
        return ExpressionError(say("expression-sign", sign=repr(token.text), hint=hint), token.at)

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected()

    def expression(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(say("expression-deep", most=DEEPEST), self._next.at)
        tree = self._either("or")
        self._depth -= 1
        return tree

    def _either(self, word: str) -> Tree:
        def operand() -> Tree:
            return self._either("and") if word == "or" else self._not()

        tree = operand()
        while token := self._taken(word):
            tree = Binary(word, tree, operand(), token.at)
        return tree

    def _not(self) -> Tree:
        if token := self._taken("not"):
            self._depth += 1
            if self._depth > DEEPEST:
                raise ExpressionError(say("expression-deep", most=DEEPEST), token.at)
            tree = Unary("not", self._not(), token.at)
            self._depth -= 1
            return tree
        return self._comparison()

    def _comparison(self) -> Tree:
        left = self._arithmetic(0)
        if token := self._taken(*_COMPARISONS):
            return self._only(Binary(token.text, left, self._arithmetic(0), token.at))
        if self._next.text == "not" and self._tokens[self._index + 1].text == "in":
            token = self._take()
            self._take()
            return self._only(Unary("not", Binary("in", left, self._arithmetic(0), token.at), token.at))
        return left

    def _only(self, tree: Tree) -> Tree:
        if self._next.kind == "operator" and self._next.text in _COMPARISONS:
            raise self._unexpected(say("then-and"))
        return tree

    def _arithmetic(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self._minus()
        tree = self._arithmetic(level + 1)
        while token := self._taken(*_LEVELS[level]):
            tree = Binary(token.text, tree, self._arithmetic(level + 1), token.at)
        return tree

    def _minus(self) -> Tree:
        signs: list[_Token] = []
        while token := self._taken("-"):
            signs.append(token)
        if len(signs) > DEEPEST:
            raise ExpressionError(say("expression-deep", most=DEEPEST), signs[DEEPEST].at)
        tree = self._postfix()
        for token in reversed(signs):
            tree = Unary("-", tree, token.at)
        return tree

    def _postfix(self) -> Tree:
        tree = self._atom()
        while token := self._taken(".", "["):
            if token.text == ".":
                if self._next.kind != "name":
                    raise self._unexpected(say("then-field"))
                tree = Field(tree, self._take().text, token.at)
            else:
                tree = Item(tree, self.expression(), token.at)
                self._expect("]")
        return tree

    def _atom(self) -> Tree:
        token = self._next
        if token.kind == "number":
            self._take()
            return Literal(float(token.text) if "." in token.text else int(token.text), token.at)
        if token.kind == "text":
            self._take()
            return Literal(re.sub(r"\\(.)", r"\1", token.text[1:-1]), token.at)
        if token.kind == "name":
            self._take()
            if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text], token.at)
            if self._taken("("):
                return Apply(token.text, self._list(")"), token.at)
            return Name(token.text, token.at)
        if self._taken("["):
            return Items(self._list("]"), token.at)
        if self._taken("("):
            tree = self.expression()
            self._expect(")")
            return tree
        raise self._unexpected()

    def _list(self, closing: str) -> tuple[Tree, ...]:
        if self._taken(closing):
            return ()
        found = [self.expression()]
        while self._taken(","):
            found.append(self.expression())
        self._expect(closing)
        return tuple(found)
