"""Storage: engine and sessions, encryption, migrations, the group-commit journal, calls and recordings."""
