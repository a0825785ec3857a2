"""Whether a hotline can start with its settings on this machine: asked before anything is started, and by `check`."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable
from pathlib import Path

from cti.base import ports
from cti.base.addresses import is_name
from cti.base.files.documents import Problem
from cti.base.manifest import Plugin
from cti.base.settings import Settings
from cti.plugins.checking import section_problems
from cti.process.own_user import own_user

SWITCH_PORTS: tuple[ports.Setting, ...] = tuple(("switch", f"{name}_port") for name in ("sip", "ws", "wss", "control"))
"""What the switch itself binds; `session_port` is the engine's."""
BROKER_PORTS: tuple[ports.Setting, ...] = (("broker", "port"),)


def setting_problems(settings: Settings, plugins: Iterable[Plugin]) -> list[Problem]:
    """What is wrong with the settings whatever else runs: sections of plugins, trunks that lead nowhere."""
    return [
        *section_problems(settings, plugins),
        *_unknown_user(settings),
        *_unknown_peers(settings),
        *_missing_secrets(settings),
    ]


def port_problems(settings: Settings, held: Collection[ports.Setting] = ()) -> list[Problem]:
    """Addresses that are none of this machine, and ports that others have; `held` are those of what is adopted."""
    wanted = [one for one in settings.house.listening if one.setting not in held]
    return [settings.problem(where, text) for where, text in ports.not_free(wanted)]


def address_problems(settings: Settings) -> list[Problem]:
    """Addresses that are none of this machine, for a hotline that runs and has its ports itself."""
    anywhere = [one.at_any_port() for one in settings.house.listening]
    return [settings.problem(where, text) for where, text in ports.not_free(anywhere)]


def _unknown_user(settings: Settings) -> list[Problem]:
    try:
        own_user(settings.house.run_as)
    except LookupError as error:
        return [settings.problem(("run_as",), f"run_as: {error}")]
    return []


def _unknown_peers(settings: Settings) -> list[Problem]:
    found = []
    for name, trunk in settings.house.trunks.items():
        for at, peer in enumerate(trunk.peers):
            try:
                if is_name(peer):
                    socket.getaddrinfo(peer, None)
            except OSError as error:
                where = ("trunks", name, "peers", at)
                text = (
                    f"trunks.{name}.peers.{at}: {peer!r} is no address, and no machine of that name is known: {error}"
                )
                found.append(settings.problem(where, text))
    return found


def _missing_secrets(settings: Settings) -> list[Problem]:
    found = []
    for name, trunk in settings.house.trunks.items():
        if trunk.register_user and not Path(settings.data, trunk.register_secret_file or "").is_file():
            where = f"trunks.{name}.register_secret_file"
            found.append(settings.problem(("trunks", name, "register_secret_file"), f"{where}: there is no such file"))
    return found
