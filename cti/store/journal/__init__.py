"""The journal: what happened, committed in groups, and followed by whoever needs each event once."""
