"""Callbacks: who is owed one, whom we ring first, what came of each attempt."""
