"""What somebody has to do before anything else: change the password, turn on a second factor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cti.base.settings import AccountSettings
from cti.base.visitor import ALL
from cti.office.identity.demo_accounts import demo_password
from cti.office.identity.models import PersonRow
from cti.office.identity.permissions import Role

PASSWORD, SECOND_FACTOR = "password", "second_factor"
ADMINISTERS = {ALL, "people.manage", "organisations.manage", "roles.manage", "system.manage", "audit.see"}
"""Whoever has one of these is an administrator."""


def administers(roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles is an administrator."""
    return any(not ADMINISTERS.isdisjoint(role.permissions) for role in roles)


def first_things(
    person: PersonRow, roles: list[Role], now: datetime, settings: AccountSettings, *, strong: bool = False
) -> tuple[str, ...]:
    """In the order in which they come. `strong`: whoever let him in asked for a second factor.

    Accounts for a first look have none as long as they all have `HOTLINE_DEMO_PASSWORD`.
    """
    if person.demo and demo_password():
        return ()
    days = settings.password_days
    old = days and person.password_at is not None and now - person.password_at > timedelta(days=days)
    wanted = any(role.second_factor for role in roles) or settings.second_factor == "all"
    wanted = wanted or (settings.second_factor == "admins" and administers(roles))
    missing = wanted and person.totp_since is None and not strong
    return tuple(name for name, due in ((PASSWORD, person.password_due or old), (SECOND_FACTOR, missing)) if due)
