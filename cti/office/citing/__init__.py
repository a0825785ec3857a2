"""What an answer is based on: texts that a module offers, cited with records and kept as they read at that moment."""
