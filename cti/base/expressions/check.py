"""Types of expressions, worked out without running them: what lint complains about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from cti.base.expressions.evaluation import work
from cti.base.expressions.functions import EVERY
from cti.base.expressions.syntax import Apply, Binary, ExpressionError, Field, Item, Items, Literal, Name, Tree, Unary
from cti.base.expressions.types import ANY, BOOLEAN, DATE, MOMENT, NONE, NUMBER, TEXT, Type, fits, list_of, type_of
from cti.base.files.faults import say
from cti.base.files.sentences import Words

Complain = Callable[[Words, int], None]


def check_functions(tree: Tree) -> None:
    """Raise ExpressionError for a function that does not exist or is given the wrong count of arguments."""
    for one in walk(tree):
        if isinstance(one, Apply):
            function = EVERY.get(one.function)
            if function is None:
                raise ExpressionError(
                    say("function-unknown", function=one.function, maybe=maybe(one.function, EVERY)), one.at
                )
            if len(one.arguments) != len(function.takes):
                takes = len(function.takes)
                words = say("arguments-count", function=one.function, count=takes, s="s" if takes != 1 else "")
                raise ExpressionError(words, one.at)


def maybe(name: str, known: Mapping[str, object] | frozenset[str] | set[str]) -> str:
    """A hint like `; did you mean "timeout"?`, or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return say("maybe", word=close[0]) if close else ""


def walk(tree: Tree) -> Iterator[Tree]:
    """`tree` and all below it."""
    yield tree
    match tree:
        case Field(whole):
            yield from walk(whole)
        case Item(whole, index):
            yield from walk(whole)
            yield from walk(index)
        case Items(items):
            for one in items:
                yield from walk(one)
        case Unary(_, operand):
            yield from walk(operand)
        case Binary(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Apply(_, arguments):
            for one in arguments:
                yield from walk(one)


def infer(tree: Tree, names: Mapping[str, Type], complain: Complain) -> Type:
    """The type of `tree`; `names` has the types of variables. Faults are told to `complain` with their place."""
    match tree:
        case Literal(value):
            return type_of(value)
        case Name(name, at):
            if name not in names:
                complain(say("variable-unknown", name=name, maybe=maybe(name, names)), at)
                return ANY
            return names[name]
        case Field(whole, name, at):
            return _field(infer(whole, names, complain), name, at, complain)
        case Item(whole, index, at):
            return _item(infer(whole, names, complain), infer(index, names, complain), at, complain)
        case Items(items):
            kinds = [infer(one, names, complain) for one in items]
            return list_of(kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else ANY)
        case Unary("not", operand, at):
            _wants(infer(operand, names, complain), BOOLEAN, at, complain)
            return BOOLEAN
        case Unary(_, operand, at):
            _wants(infer(operand, names, complain), NUMBER, at, complain)
            return NUMBER
        case Binary(sign, left, right, at):
            if sign in ("/", "%") and _is_zero(right):
                complain(say("divided-zero"), at)
            return _binary(sign, infer(left, names, complain), infer(right, names, complain), at, complain)
        case Apply(function, arguments, at):
            found = EVERY[function]
            for wanted, argument in zip(found.takes, arguments, strict=True):
                _wants(infer(argument, names, complain), wanted, at, complain)
            return found.gives


class _NoNames:
    """A scope for what reads none."""

    def value(self, name: str) -> object:
        raise KeyError(name)

    def ask(self, function: str, argument: str) -> bool:
        raise KeyError(function)


def _is_zero(tree: Tree) -> bool:
    """Whether this is 0 whatever the variables are."""
    if any(isinstance(one, Name | Apply) for one in walk(tree)):
        return False
    try:
        return bool(work(tree)(_NoNames()) == 0)
    except ExpressionError:
        return False  # told where it is worked out


def _wants(found: Type, wanted: Type, at: int, complain: Complain) -> None:
    if found == NONE or not fits(found, wanted):
        complain(say("type-needed", wanted=wanted, found=found), at)


def _field(whole: Type, name: str, at: int, complain: Complain) -> Type:
    if whole == ANY:
        return ANY
    if whole.fields is None:
        complain(say("field-none", kind=whole, field=name), at)
        return ANY
    if name not in whole.fields:
        complain(say("field-unknown", field=name, maybe=maybe(name, whole.fields)), at)
        return ANY
    return whole.fields[name]


def _item(whole: Type, index: Type, at: int, complain: Complain) -> Type:
    if whole == ANY:
        return ANY
    if whole.item is None:
        complain(say("items-none", kind=whole), at)
        return ANY
    _wants(index, NUMBER, at, complain)
    return whole.item


def _binary(sign: str, left: Type, right: Type, at: int, complain: Complain) -> Type:
    match sign:
        case "and" | "or":
            _wants(left, BOOLEAN, at, complain)
            _wants(right, BOOLEAN, at, complain)
        case "==" | "!=":
            if not fits(left, right) and not fits(right, left):
                complain(say("never-equal", left=left, right=right), at)
        case "in":
            if right.item is not None:
                if not fits(left, right.item):
                    complain(say("never-in", left=left, right=right), at)
            elif fits(right, TEXT):
                _wants(left, TEXT, at, complain)
            else:
                complain(say("in-what", kind=right), at)
        case "<" | "<=" | ">" | ">=":
            if not fits(left, right) and not fits(right, left):
                complain(say("never-compared", left=left, right=right), at)
            elif NONE in (left, right) or left not in (NUMBER, TEXT, DATE, MOMENT, ANY):
                complain(say("order-none", kind=left), at)
        case "+" if left == TEXT or right == TEXT:
            other = right if left == TEXT else left
            if other not in (TEXT, ANY):
                complain(say("join-text", kind=other), at)
            return TEXT
        case _:
            if sign == "+" and left == ANY and right == ANY:
                return ANY
            _wants(left, NUMBER, at, complain)
            _wants(right, NUMBER, at, complain)
            return NUMBER
    return BOOLEAN
