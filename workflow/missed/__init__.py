"""Callers whom nobody talked to, as work that somebody must do: messages, callers who gave up, calls out of hours."""
