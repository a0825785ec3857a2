"""Score sheets as files: what they say, what a score comes to, and what is marked in a talk beforehand."""
