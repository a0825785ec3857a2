"""Citizens: the records of those who call."""
