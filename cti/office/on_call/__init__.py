"""Who is on call (值班): from when until when, and who is asked second."""
