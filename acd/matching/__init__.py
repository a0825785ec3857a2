"""Brings work and agents together: the state, what changes it, and the match at the end of each step."""
