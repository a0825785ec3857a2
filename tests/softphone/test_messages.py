"""The console's types are those of the engine's models."""

import console_types


def test_the_consoles_types_are_made_from_the_engines_models() -> None:
    """Both sides wrote the messages by hand once: the console asked for fields that were never sent, and its mock
    told of states that the engine did not have."""
    assert console_types.stale() == [], "run scripts/console_types.py"


def test_a_changed_model_is_noticed() -> None:
    """What the check compares is the whole text: a new field of a message is a new line."""
    defs = console_types.schemas()
    defs["BoardQueue"]["properties"]["colour"] = {"type": "string"}
    assert "  colour?: string\n" in console_types.typescript(defs)
    assert console_types.typescript(defs) not in console_types.TYPES.read_text("utf-8")
