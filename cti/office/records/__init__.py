"""Records of the back office: a module gives its table, its models and its rules; lists, forms, import and export are
here.
"""

from cti.office.records.office import Office
from cti.office.records.query import RecordPage, RecordQuery, RecordView
from cti.office.records.routes import record_routes
from cti.office.records.service import Records
from cti.office.records.table import Record

__all__ = ["Office", "Record", "RecordPage", "RecordQuery", "RecordView", "Records", "record_routes"]
