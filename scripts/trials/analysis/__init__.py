"""A year of a hotline through its own services: its figures counted by hand as well, its pages and walls looked at."""
