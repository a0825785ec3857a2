"""Recordings as stored, and how they are found among millions."""
