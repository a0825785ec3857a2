"""Recognition of what citizens say on the telephone: audio in, words out, by a model on this machine."""
