"""How people talk: silence, both at once, speed, interruptions, phrases that must and must not be said."""
