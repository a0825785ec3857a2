"""Many articles at once: filed anew, and acts on all that are chosen."""
