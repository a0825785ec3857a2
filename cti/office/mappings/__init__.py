"""Mappings as files: which field of one side stands in which of the other, for connectors and imports."""

from cti.office.mappings.applying import MappingFails, applied
from cti.office.mappings.definition import Mapping
from cti.office.mappings.library import MappingFile, MappingLibrary

__all__ = ["Mapping", "MappingFails", "MappingFile", "MappingLibrary", "applied"]
