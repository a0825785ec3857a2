"""Word, Excel, PDF and texts, and whole folders of them, taken in as drafts."""
