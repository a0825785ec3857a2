"""A flow as its file says it: read, with its schema and tests, and which one answers a call."""
