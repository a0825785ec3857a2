"""The knowledge base (知识库): articles, how they are made and kept true, and who reads which."""
