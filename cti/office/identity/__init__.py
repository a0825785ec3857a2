"""People: organisations, roles, permissions, sessions, passwords, the audit chain."""
