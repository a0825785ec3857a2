"""Content that comes with the house: a course on its own use for agents, loaded by one click."""
