"""What an administrator does to keep the house running: its condition, its backups, a new engine."""
