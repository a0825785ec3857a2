"""What is wrong with keys."""


class KeyProblem(Exception):
    """The master key is missing, malformed, or not the one that sealed the data."""
