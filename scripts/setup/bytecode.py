"""Where Python keeps the code compiled, also where the environment says that nothing may be written beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def bytecode(variables: Mapping[str, str], data: Path) -> dict[str, str]:
    """What lets every process find the code compiled: each would compile a thousand modules for two seconds of CPU."""
    if not variables.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    # Closed, so that nobody looks through it for files that are open to others.
    (data / "bytecode").mkdir(mode=0o700, parents=True, exist_ok=True)
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(data / "bytecode")}
