"""The bench of exams."""
