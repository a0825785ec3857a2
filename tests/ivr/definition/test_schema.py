"""The published JSON schema is the models', and the shipped flows fit it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cti.base.files import documents
from ivr.definition import schema
from ivr.nodes import KINDS
from ivr.workshop.library import SHIPPED

VALIDATOR = jsonschema.Draft202012Validator(schema.schema())


def test_the_file_is_in_step_with_the_models() -> None:
    assert schema.FILE.read_text("utf-8") == schema.text(), "run: hotline flow schema > ivr/flows/flow.schema.json"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_flows_fit(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(documents.load(path).data)] == []


def good() -> dict[str, Any]:
    return {
        "flow": "a",
        "start": "b",
        "nodes": {
            "b": {"menu": ["x", {"text": "y"}], "keys": {"1": "c", "2": {"next": "c", "if": "true"}}, "timeout": "c"},
            "c": {"queue": "q", "next": "d", "message": "d", "callback": "d", "else": "d"},
            "d": {"end": "e"},
        },
    }


def test_a_good_flow_fits() -> None:
    assert list(VALIDATOR.iter_errors(good())) == []


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("start",), 5),
        (("nodes", "b", "tries"), 0),
        (("nodes", "b", "unknown"), "x"),
        (("nodes", "b", "timeout"), "Not A Name"),
        (("nodes", "b", "menu"), [{"nonsense": 1}]),
        (("nodes", "c", "next"), None),
        (("nodes", "d"), {"nothing": 1}),
        (("nodes", "d"), {}),
        (("tests",), [{"do": "no name"}]),
    ],
)
def test_bad_ones_do_not(where: tuple[str, ...], value: object) -> None:
    data = copy.deepcopy(good())
    inner = data
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    assert list(VALIDATOR.iter_errors(data)) != []


def test_every_kind_is_in_it() -> None:
    assert {f"#/$defs/{kind.__name__}" for kind in KINDS.values()} == {
        case["then"]["$ref"] for case in schema.schema()["$defs"]["AnyNode"]["allOf"]
    }
