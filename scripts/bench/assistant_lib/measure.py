"""Runs the measurements and prints their lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from bench.assistant_lib import departments, duplicates, filing, leaves, legs, reading
from bench.assistant_lib.options import arguments


def main() -> None:
    """Those that are asked for."""
    options = arguments(sys.argv[1:])
    data = options.data
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "fields": reading.fields,
        "category": lambda: filing.category(data),
        "titles": lambda: reading.titles(data),
        "duplicates": lambda: duplicates.duplicates(data),
        "leaves": lambda: leaves.leaves(data),
        "departments": lambda: departments.departments(data),
        "speed": reading.speed,
        "training": lambda: filing.training(options.tickets, options.classes),
        "legs": lambda: legs.legs(options.sounds, options.seconds, options.most, options.calls),
    }
    for what in options.what:
        if what in ("category", "titles", "duplicates", "leaves", "departments") and data is None:
            print(f"{what}: --data names no folder of public messages", file=sys.stderr)
            continue
        for line in parts[what]():
            print(line, flush=True)


if __name__ == "__main__":
    main()
