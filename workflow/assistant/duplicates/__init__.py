"""Tickets about the same matter: by their words, place, time and caller."""
