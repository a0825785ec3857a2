"""What a reviewer is shown and asked: what is alike, what says the same, and whether an article still holds."""
