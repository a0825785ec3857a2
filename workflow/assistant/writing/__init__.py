"""A language model of the city's own choice writes title, account and fields of a request; rules serve without it."""
