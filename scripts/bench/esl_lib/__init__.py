"""What `scripts/bench/esl` measures."""
