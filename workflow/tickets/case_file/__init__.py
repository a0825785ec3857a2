"""A case taken away whole: the ticket, its story, its calls and their recordings in one sealed archive."""
