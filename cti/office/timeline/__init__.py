"""What happened with a record, of whatever kind, as one list."""
