"""A ticket's calls: those it came by, those dialled from it, and what a flow tells a caller of it."""
