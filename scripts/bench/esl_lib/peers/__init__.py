"""Clients of the compared libraries. They run in an environment of their own and import nothing of this project."""
