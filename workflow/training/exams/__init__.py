"""Papers, exams, sittings, marks and appeals."""
