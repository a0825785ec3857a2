"""Other systems: what we say to them, what they tell us, each once, and by files that say how."""

from cti.office.connectors.port import Answer, OtherSide, OtherSideFails, OtherSideRefuses, Request
from cti.office.connectors.service import Connectors, Heard, Saying

__all__ = ["Answer", "Connectors", "Heard", "OtherSide", "OtherSideFails", "OtherSideRefuses", "Request", "Saying"]
