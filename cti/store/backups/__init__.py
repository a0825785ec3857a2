"""The state away and back: backups, restoring, and exports in open formats."""
