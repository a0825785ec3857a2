"""What columns of records point to: people, organisations, regions, other records; shown by title, chosen, imported."""

from cti.office.references.reference import Reference
from cti.office.references.usual import AGENTS, ORGANISATIONS, PEOPLE, REGIONS

__all__ = ["AGENTS", "ORGANISATIONS", "PEOPLE", "REGIONS", "Reference"]
