"""Files of records: uploaded as streams that can be resumed, sealed, scanned, previewed, as visible as their record."""
