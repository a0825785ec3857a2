"""Free practice and the book of wrong answers."""
