"""The pictures of the course for agents, taken from a hotline with made-up people."""
