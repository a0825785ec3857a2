"""Prompts: what the telephone says, as text, as committed audio and in the switch's own formats."""
