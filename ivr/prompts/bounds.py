"""What a prompt may be; apart from `intake`, whose decoders the engine does not load."""

from __future__ import annotations

RATE = 16000
"""Samples a second."""
LONGEST, SHORTEST = 300.0, 0.1
"""Seconds that it may last."""
