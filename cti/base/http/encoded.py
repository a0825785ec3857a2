"""Answers that are large and the same for many: made into JSON and packed once, sent as often as somebody asks."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Generic, TypeVar

import pydantic

T = TypeVar("T")
LEVEL = 6


@dataclass(frozen=True, slots=True)
class Encoded(Generic[T]):
    """An answer of type T. A handler that returns it is documented as one that returns T."""

    zipped: bytes

    @classmethod
    def of(cls, adapter: pydantic.TypeAdapter[T], answer: T) -> Encoded[T]:
        """Make it ready; a megabyte takes some tens of milliseconds."""
        return cls(gzip.compress(adapter.dump_json(answer, by_alias=True), LEVEL))

    @property
    def json(self) -> bytes:
        """For who does not take it packed."""
        return gzip.decompress(self.zipped)
