"""A talk beside which the assistant stands."""
