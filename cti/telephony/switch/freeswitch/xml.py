"""XML as FreeSWITCH reads it: elements made of checked text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr


def element(name: str, attributes: Mapping[str, object], *inner: str) -> str:
    """An element with its content; values are quoted, `$${…}` in them means nothing to the preprocessor."""
    # The preprocessor expands `$${name}` everywhere, before XML is read.
    quoted = "".join(f" {key}={quoteattr(str(value))}".replace("$${", "$&#36;{") for key, value in attributes.items())
    if not inner:
        return f"<{name}{quoted}/>\n"
    return f"<{name}{quoted}>\n{''.join(inner)}</{name}>\n"


def params(values: Mapping[str, object], tag: str = "param") -> str:
    """`<param name=… value=…/>` for each."""
    return "".join(element(tag, {"name": name, "value": value}) for name, value in values.items())


def include(*inner: str) -> str:
    """A file that another includes."""
    return f"<include>\n{''.join(inner)}</include>\n"


def actions(steps: Iterable[tuple[str, str]]) -> str:
    """Dialplan applications, one after the other, each with its data."""
    return "".join(
        element("action", {"application": app, "data": data} if data else {"application": app}) for app, data in steps
    )


def extension(
    name: str, conditions: Iterable[tuple[str, str]], steps: Iterable[tuple[str, str]], *, goes_on: bool = False
) -> str:
    """A dialplan extension: carried out when every (field, expression) holds; with `goes_on` the next ones too."""
    tests = [{"field": field, "expression": expression} for field, expression in conditions] or [{}]
    inner = [element("condition", test) for test in tests[:-1]]
    own = {"name": name, "continue": "true"} if goes_on else {"name": name}
    return element("extension", own, *inner, element("condition", tests[-1], actions(steps)))
