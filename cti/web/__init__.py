"""The HTTP host: typed handlers, validation, OpenAPI, sessions, live topics over WebSocket, the console's files."""

from cti.web.host import Web

__all__ = ["Web"]
