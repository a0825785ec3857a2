"""Tickets: requests of citizens, from the registration to the archive."""
