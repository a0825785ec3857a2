"""Models that hear or speak: their packages, and processes of their own."""
