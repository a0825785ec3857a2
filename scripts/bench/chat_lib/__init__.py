"""What chats cost: see `scripts/bench/chat --help`."""
