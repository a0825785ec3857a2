"""Durable timers: something is due at a moment, whatever dies in between; set, moved and dropped by key."""
