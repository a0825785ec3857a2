"""Tags: words with a colour that people put on records, from a list that administrators keep."""
