"""The JSON schema of flow files, made from the models: editors complete and check by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cti.base.files.parts import NAME
from ivr.definition.flow import FlowHead
from ivr.nodes import KINDS

FILE = Path(__file__).parents[1] / "flows" / "flow.schema.json"
"""The schema as it is published with the package; a test keeps it in step with the models."""


def schema() -> dict[str, Any]:
    """The schema of a flow file."""
    definitions: dict[str, Any] = {}
    for kind in KINDS.values():
        found = kind.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
        definitions |= found.pop("$defs", {})
        definitions[kind.__name__] = found
    head = FlowHead.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    definitions |= head.pop("$defs", {})
    definitions["AnyNode"] = _any_node()
    head["properties"]["nodes"] = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": NAME},
        "additionalProperties": {"$ref": "#/$defs/AnyNode"},
    }
    head["required"] = [*head["required"], "nodes"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **head,
        "title": "Flow",
        "$defs": dict(sorted(definitions.items())),
    }


def _any_node() -> dict[str, Any]:
    """A node's kind is the key that names it; `if`/`then` tells an editor's user about that kind only."""
    cases = [{"if": _is_of_kind(name), "then": {"$ref": f"#/$defs/{kind.__name__}"}} for name, kind in KINDS.items()]
    return {"type": "object", "anyOf": [{"required": [name]} for name in KINDS], "allOf": cases}


def _is_of_kind(name: str) -> dict[str, Any]:
    # `message` and `callback` are kinds, and also ways out of a queue.
    others = [other for other, kind in KINDS.items() if other != name and name in kind.model_fields]
    found: dict[str, Any] = {"required": [name]}
    return {**found, "not": {"anyOf": [{"required": [other]} for other in others]}} if others else found


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
