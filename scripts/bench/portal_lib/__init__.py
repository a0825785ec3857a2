"""How fast the public site answers: see `scripts/bench/portal --help`."""
