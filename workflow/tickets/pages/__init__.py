"""What the console shows of tickets."""
