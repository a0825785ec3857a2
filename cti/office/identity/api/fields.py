"""Kinds of fields that several bodies have."""

from __future__ import annotations

from typing import Annotated

import pydantic

Login = Annotated[str, pydantic.Field(min_length=1, max_length=40)]
Secret = Annotated[str, pydantic.StringConstraints(min_length=1, max_length=128, strip_whitespace=False)]
Name = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Version = Annotated[int, pydantic.Field(ge=0, le=2**31 - 1)]
"""The one that was read with what is changed; 0 stands for what was never changed."""
