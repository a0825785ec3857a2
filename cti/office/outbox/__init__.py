"""What leaves the house, or is worked on, from a table: one loop for letters of a channel and calls of a connector."""
