"""All parts that records can have, for the line that declares them: `parts: ClassVar = (Files(), …)`."""

from cti.office.files.part import Files

__all__ = ["Files"]
