"""Recordings: what is recorded, completed, kept and handed out."""
