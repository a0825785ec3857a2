"""Imports of other systems' tables as runs of their own: tried, done behind everything else, stopped, gone on with."""
