"""What is said in talks, in words: while it is said, and kept with the call."""
