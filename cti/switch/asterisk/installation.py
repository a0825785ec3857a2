"""Where an Asterisk is installed and where its state lies: its modules and sounds, our configuration and secrets."""

from __future__ import annotations

import secrets
from pathlib import Path

from cti.documents import DocumentError, Problem
from cti.settings import Settings
from cti.switch.asterisk.configuration import Layout


def find_layout(asterisk: Path, data: Path) -> Layout:
    """The layout for an executable: beside it in a private prefix, else the system's folders.

    FileNotFoundError names what was looked for.
    """
    executable = asterisk.resolve()
    for root in (executable.parent.parent, executable.parent.parent.parent, Path("/")):
        modules = [
            *sorted(root.glob("usr/lib/*/asterisk/modules")),
            *sorted(root.glob("usr/lib*/asterisk/modules")),
            *sorted(root.glob("lib*/asterisk/modules")),
        ]
        shares = [path for path in (root / "usr/share/asterisk", root / "var/lib/asterisk") if path.is_dir()]
        if modules and shares:
            return Layout(
                root=data / "switch",
                modules=modules[0],
                data=shares[0],
                prompts=data / "prompts",
                music=data / "prompts" / "music",
                recordings=data / "recordings" / "live",
            )
    raise FileNotFoundError(f"no Asterisk modules beside {asterisk}")


def manager_secret(data: Path) -> str:
    """The secret of the control connection, made at the first asking; readable by us alone."""
    path = data / "secrets" / "manager"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(24), "ascii")
    return path.read_text("ascii").strip()


def trunk_secrets(settings: Settings) -> dict[str, str]:
    """The registration secret of each trunk that registers, from the file that its setting names."""
    found: dict[str, str] = {}
    for name, trunk in settings.house.trunks.items():
        if not trunk.register_user:
            continue
        try:
            found[name] = (settings.data / (trunk.register_secret_file or "")).read_text("utf-8").strip()
        except OSError as error:
            where = str(settings.data / "settings.yaml")
            message = f"trunks.{name}.register_secret_file: cannot be read: {error}"
            raise DocumentError([Problem(where, 1, 1, message)]) from None
    return found
