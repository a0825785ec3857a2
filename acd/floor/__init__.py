"""Who waits, and what a supervisor does about it: move, send away, raise; callbacks."""
