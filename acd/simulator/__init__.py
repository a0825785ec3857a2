"""Scenarios and whole days on virtual time, by the code that runs live."""
