"""Records in a tree, of which categories, the phone book and others are made: order, paths, moving, merging."""
