"""The knowledge base for others (知识库应用组件, H2): one tag puts search and article into another system's page."""
