"""What passages and questions mean, as vectors: joined to the words' score of a search where there is a model."""
