"""People without a phone of the hotline's call citizens from their own telephones: first theirs rings, then his."""
