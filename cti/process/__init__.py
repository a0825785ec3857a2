"""What runs: the supervisor, the engine, the broker; the command line; health and what is told outside."""
