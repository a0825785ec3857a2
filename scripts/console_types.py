"""Writes the console's types from the engine's own models: `.venv/bin/python scripts/console_types.py [--check]`.

`messages.ts` is for the console's sources, `messages.schema.json` for the test that looks at what the mock sends. With
`--check` nothing is written, and what is out of date ends the command with 1.
"""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pydantic

from cti.base.events import EVENT_TYPES, CallEvent, RecordEvent
from cti.base.http.topics import LiveTopic
from cti.base.manifest import find_plugins
from cti.office.identity.api.session import SessionAnswer
from recorder.api import RecordingView
from softphone import messages
from softphone.call_log import HIDDEN_FIELDS, CallList, CallStory
from softphone.caller_history import EarlierCalls

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "softphone" / "web"
TYPES, SCHEMA = WEB / "src/api/messages.ts", WEB / "mock/messages.schema.json"
MODELS: tuple[Any, ...] = (
    messages.Targets,
    messages.PhoneSettings,
    messages.BreakReason,
    CallList,
    CallStory,
    EarlierCalls,
    RecordingView,
    SessionAnswer,
)
"""What the console's pages ask for by hand, beside what topics send; what these are made of comes along."""

PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
HEAD = "// Made by scripts/console_types.py from the engine's models: change those, and run it again.\n"


def topics() -> list[LiveTopic[Any, Any]]:
    """The live topics of all plugins, as their modules `topics` describe them."""
    packages = [one.package for one in find_plugins(ROOT) if (one.folder / "topics.py").exists()]
    found = [one for package in packages for one in importlib.import_module(f"{package}.topics").TOPICS]
    return sorted(found, key=lambda one: one.name)


def schemas() -> dict[str, Any]:
    """The JSON schemas of all of them, by name."""
    models = [*MODELS, *dict.fromkeys(kind for one in topics() for kind in (one.snapshot, one.change))]
    asked = [(number, "serialization", pydantic.TypeAdapter(one)) for number, one in enumerate(models)]
    _, found = pydantic.TypeAdapter.json_schemas(asked)  # type: ignore[arg-type] # the mode is a literal
    for one in found["$defs"].values():
        if "properties" in one:
            # What the models do not have is never sent.
            one.setdefault("additionalProperties", False)
    return dict(sorted(found["$defs"].items()))


def events() -> dict[str, list[str]]:
    """All events that a call's story or the board can show, each with the fields that are shown."""
    return {
        name: [one.name for one in fields(kind) if one.name not in HIDDEN_FIELDS]
        for name, kind in sorted(EVENT_TYPES.items())
        if not issubclass(kind, RecordEvent)
    }


def typescript(defs: dict[str, Any]) -> str:
    """The same as TypeScript."""
    parts = [HEAD]
    for name, schema in defs.items():
        parts.append(_comment(schema, "") + _declared(name, schema))
    return "\n".join(parts)


def live_topics() -> str:
    """By a topic's name what it sends, as TypeScript."""
    rows = [f"  {one.name}: {{ snapshot: {one.snapshot.__name__}; change: {one.change.__name__} }}" for one in topics()]
    said = "/** What each live topic of a plugin sends: the whole first, then changes. */"
    return "\n".join(["", said, "export interface LiveTopics {", *rows, "}", ""])


def _declared(name: str, schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return f"export type {name} = {_type(schema)}\n"
    if not schema["properties"]:
        return f"export type {name} = Record<string, never>\n"
    lines = [f"export interface {name} {{"]
    required = set(schema.get("required", ()))
    for key, value in schema["properties"].items():
        lines.append(f"{_comment(value, '  ')}  {key}{'' if key in required else '?'}: {_type(value)}")
    if schema.get("additionalProperties") is True:
        lines.append("  [more: string]: unknown")
    return "\n".join([*lines, "}", ""])


def _type(schema: dict[str, Any]) -> str:
    """A type; ValueError for a shape that no message has had until now."""
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    if "const" in schema:
        return _literal(schema["const"])
    if "enum" in schema:
        return " | ".join(_literal(one) for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "array":
        inner = _type(schema["items"])
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if kind == "object":
        more = schema.get("additionalProperties", True)
        return f"Record<string, {'unknown' if more is True else _type(more)}>"
    if kind is None and not set(schema) - {"title", "description", "default"}:
        return "unknown"
    if kind not in PLAIN:
        raise ValueError(f"no TypeScript for {schema}")
    return PLAIN[kind]


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _comment(schema: dict[str, Any], indent: str) -> str:
    said = " ".join(str(schema.get("description", "")).split())
    return f"{indent}/** {said} */\n" if said else ""


def written() -> dict[Path, str]:
    """Each file with what it has to say."""
    defs = schemas()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs, "events": events()}
    of_calls = [name for name, kind in EVENT_TYPES.items() if issubclass(kind, CallEvent) and kind is not CallEvent]
    names = "".join(f"\n  | '{name}'" for name in sorted(of_calls))
    told = f"\n/** The events of which a call's story is made. */\nexport type CallEventName ={names}\n"
    return {
        TYPES: typescript(defs) + told + live_topics(),
        SCHEMA: json.dumps(schema, indent=1, ensure_ascii=False) + "\n",
    }


def stale() -> list[Path]:
    """Files that do not say what the models say."""
    return [path for path, text in written().items() if not path.exists() or path.read_text("utf-8") != text]


def main(words: list[str]) -> int:
    """Write, or only look."""
    if words == ["--check"]:
        for path in stale():
            print(f"out of date: {path}; run scripts/console_types.py", file=sys.stderr)
        return 1 if stale() else 0
    for path, text in written().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
