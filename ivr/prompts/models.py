"""The tables of the prompt library."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, Owned


class PromptRow(Owned, Base):
    """A prompt of the library in one language; `version` is the one in effect."""

    __tablename__ = "prompts"

    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    application: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]


class PromptVersionRow(Base):
    """A version, never changed. `master` is its file of the masters; `restores` the version it brings back, or 0.

    `source` is upload, phone, synthesis, text (only the words changed) or shipped (back to what came along).
    """

    __tablename__ = "prompt_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["language", "prompt"],
            ["prompts.language", "prompts.id"],
            name="fk_prompt_versions_language_prompt_prompts",
        ),
    )

    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    prompt: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    say: Mapped[str] = mapped_column(Text)
    voice: Mapped[str] = mapped_column(String(40))
    speed: Mapped[float]
    source: Mapped[str] = mapped_column(String(16))
    master: Mapped[str] = mapped_column(String(80))
    seconds: Mapped[float]
    message: Mapped[str] = mapped_column(String(200))
    author: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    restores: Mapped[int]
