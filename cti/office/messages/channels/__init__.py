"""Ways out of the house: SMS and robots by HTTP as a file describes, mail by SMTP."""
