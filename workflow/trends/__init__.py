"""What many citizens speak of (热点发现): matters told again and again, words that come up, sudden rises."""
