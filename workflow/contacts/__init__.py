"""The phone book: hotlines, departments and others, in a tree."""
