"""Training and examinations (考试培训): a bank of questions, exams, practice, courses, and what came of them."""
