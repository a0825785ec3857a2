"""Articles found by a citizen's words: an index of pairs of characters gives candidates, weighted signs order them."""
