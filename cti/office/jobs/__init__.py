"""Durable jobs: work that must be done, if not now then later, even if the engine dies meanwhile."""
