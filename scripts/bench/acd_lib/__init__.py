"""What `scripts/bench/acd` measures."""
