"""Sessions of citizens on the public site: by mobile number and a code sent to it, apart from those of the staff."""

from cti.office.public_sessions.service import PublicSessions

__all__ = ["PublicSessions"]
