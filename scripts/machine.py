"""Entry of ``scripts/run``, ``scripts/test``, ``scripts/trial`` and of the set-up's single steps."""

from __future__ import annotations

import sys
from pathlib import Path

from setup import checks, start, trials
from setup.asterisk import ensure_asterisk
from setup.progress import Progress, SetupError

TREE = Path(__file__).resolve().parent.parent


def asterisk(tree: Path, arguments: list[str]) -> int:
    """Print the path of a usable Asterisk on the last line, fetching it the first time."""
    if arguments:
        raise SetupError(f"unknown option {arguments[0]}")
    print(ensure_asterisk(Progress(start.log_dir(tree))))
    return 0


COMMANDS = {"run": start.run, "test": checks.run, "trial": trials.run, "asterisk": asterisk}


def main(words: list[str]) -> int:
    """Run one command and return its exit status."""
    if not words or words[0] not in COMMANDS:
        print(f"usage: machine.py {'|'.join(COMMANDS)} [options]", file=sys.stderr)
        return 2
    try:
        return COMMANDS[words[0]](TREE, words[1:])
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted: start again, it goes on from here", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
