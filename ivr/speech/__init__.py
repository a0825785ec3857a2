"""What a flow wants said: pieces of speech, how they are written, and what a session plays for them."""
