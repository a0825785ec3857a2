"""Telephone numbers: one canonical form, patterns of many, and which number leads where."""
