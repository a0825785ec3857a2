"""Understanding by rules: words in, proposals out, each with the place in the words that it rests on."""
