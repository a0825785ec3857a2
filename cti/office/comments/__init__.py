"""Comments on records: for the house itself, with mentions of people."""
