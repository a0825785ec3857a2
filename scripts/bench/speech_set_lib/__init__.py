"""Spoken requests of citizens, synthesised: what recognisers are judged by."""
