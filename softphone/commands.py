"""The room's commands: scripted phones."""

from softphone.phones.commands import add_commands

__all__ = ["add_commands"]
