"""What all sections of the settings have in common."""

from __future__ import annotations

from typing import Annotated

import pydantic

Port = Annotated[int, pydantic.Field(ge=1, le=65535)]
Name = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
DAYTIME = r"^(([01]\d|2[0-3]):[0-5]\d)?$"
"""A time of day, or nothing."""


class Section(pydantic.BaseModel):
    """A part of the settings: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)
