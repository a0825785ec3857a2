"""What citizens do themselves with their requests, on the public site: by number, never by a right of the staff."""
