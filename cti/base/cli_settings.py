"""What every command needs to know of a hotline on this machine: its state directory and its address."""

from __future__ import annotations

import os
from pathlib import Path

from cti.base.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """The state directory: `HOTLINE_DATA`, else `.hotline` in the tree."""
    return Path(os.environ.get("HOTLINE_DATA") or ROOT / ".hotline").resolve()


def server_url() -> str:
    """Where this machine's console and API are reached. Raises DocumentError."""
    http = Settings.load(data_folder()).house.http
    host = "127.0.0.1" if http.host in ("0.0.0.0", "::", "localhost") else http.host  # noqa: S104 # compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{http.port}"
