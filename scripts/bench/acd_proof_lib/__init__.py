"""The matching proved on a real Asterisk: the books of engine, switch and telephones must agree call by call."""
