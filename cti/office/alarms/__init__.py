"""Alarms of the house go to who is on call, until somebody has acknowledged them."""
