"""Flows, prompts and their synthesis: what a caller hears and is asked."""
