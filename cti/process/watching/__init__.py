"""What the command line shows of a running hotline, asked over its own API: calls and their stories, live events."""
