"""Automatic dispatch: a ticket that waits for its reviewer goes to the department that it is surely for."""
