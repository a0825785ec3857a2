"""What the YAML models of this room share: strict parts, names, and short forms of lists and numbers."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic

NAME = r"^[a-z][a-z0-9_-]{0,59}$"
Name = Annotated[str, pydantic.Field(pattern=NAME)]
Seconds = Annotated[float, pydantic.Field(gt=0, le=86400)]
Variable = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Part(pydantic.BaseModel):
    """A piece of a file: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def single_as_list(value: Any) -> Any:
    """A single item where a list may stand."""
    return value if isinstance(value, list | tuple) else [value]


def as_text(value: Any) -> Any:
    """YAML reads a key `1` or a number 12345 as a number; it stands for its digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Words = Annotated[tuple[str, ...], pydantic.BeforeValidator(single_as_list)]
DigitText = Annotated[str, pydantic.BeforeValidator(as_text)]
