"""Where the accounts for a first look are noted until they have been shown, and the password that all may have."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

ACCOUNTS = "accounts.json"
FIRST_AGENT = 1001
SUPERVISOR_NO = "8001"
DEMO_PASSWORD = "HOTLINE_DEMO_PASSWORD"  # noqa: S105 # a variable's name


def demo_password() -> str:
    """The password of the accounts for a first look, for unattended trials; empty: there is none."""
    return os.environ.get(DEMO_PASSWORD, "")


def shown_once(data: Path) -> list[dict[str, str]]:
    """The accounts of the first start, to be shown now: afterwards nobody can. Empty at later starts."""
    path = data / ACCOUNTS
    try:
        found: list[dict[str, str]] = json.loads(path.read_text("utf-8"))["accounts"]
    except (OSError, ValueError, KeyError):
        return []
    path.unlink()
    return found


def write_accounts(path: Path, accounts: Sequence[dict[str, str | None]]) -> Path:
    """Note them, for the owner of the state directory alone."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"accounts": accounts}, file, ensure_ascii=False, indent=2)
        file.write("\n")
    return path
