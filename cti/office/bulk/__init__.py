"""The same done with many records: looked at before, each on its own, told row by row, taken back where it can be."""

from cti.office.bulk.acts import BulkAct

__all__ = ["BulkAct"]
