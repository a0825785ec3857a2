"""Flows tried without a phone: dry runs, and the tests inside a file."""
