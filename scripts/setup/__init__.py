"""Sets a fresh machine up: standard library only, because it runs before any virtual environment exists."""
