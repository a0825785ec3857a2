"""Recordings of an old platform: a table and a folder of sound become recordings like all others."""
