"""Telephony: who is busy with whom, and what is done when a phone is lost in the middle of a talk."""
