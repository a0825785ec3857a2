"""What the YAML models of files share: strict parts, names, and short forms of lists and numbers."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

NAME = r"^[a-z][a-z0-9_-]{0,59}$"
Name = Annotated[str, pydantic.Field(pattern=NAME)]
Seconds = Annotated[float, pydantic.Field(gt=0, le=86400)]
Variable = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Part(pydantic.BaseModel):
    """A piece of a file: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class OneOrMore:
    """Annotates a tuple: a single item may stand for a list of one, also in the JSON schema."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The list's, after a single item was put in a list."""
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """An item or a list."""
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def as_text(value: Any) -> Any:
    """YAML reads a key `1` or a number 12345 as a number; it stands for its digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Words = Annotated[tuple[str, ...], OneOrMore]
DigitText = Annotated[str, pydantic.BeforeValidator(as_text), pydantic.WithJsonSchema({"type": ["string", "integer"]})]
