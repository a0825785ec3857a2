"""Tables of people and of what they may do and did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText
from cti.store.models import Sequence


class OrganisationRow(Base):
    """An organisation of the tree, bound to a region code (GB/T 2260)."""

    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(6))
    parent: Mapped[str | None] = mapped_column(ForeignKey("organisations.name"))


class RoleRow(Base):
    """A role: permissions (`*` is all) and how far they reach (`people.Reach`)."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    permissions: Mapped[list[str]] = mapped_column(JSON)
    reach: Mapped[str] = mapped_column(String(16))


class PersonRow(Base):
    """Somebody with an account. `agent_no` (工号) is for those who talk; `version` counts changes."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "organisation"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    agent_no: Mapped[str | None] = mapped_column(String(8), unique=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name"))
    roles: Mapped[list[str]] = mapped_column(JSON)
    auto_answer: Mapped[bool] = mapped_column(server_default=text("false"))
    password_hash: Mapped[str] = mapped_column(String(160))
    sip_secret: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 # SQLAlchemy's own protocol


class SessionRow(Base):
    """A session; only the hash of its token is kept."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "person"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    browser_hash: Mapped[str] = mapped_column(String(64))


class AuditRow(Base):
    """Who did what to whom; `hash` covers the entry and the one before."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject"), Index(None, "at"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    person: Mapped[str] = mapped_column(String(26))
    login: Mapped[str] = mapped_column(String(40))
    organisation: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
