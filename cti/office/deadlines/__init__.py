"""Deadlines of work: limits in working or natural time, and when they fall due after pauses and extensions."""
