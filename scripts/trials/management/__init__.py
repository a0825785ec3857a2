"""A month of the people of the hotline: roster, exam, quality, performance."""
