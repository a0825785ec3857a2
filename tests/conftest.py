"""The stores of all tests: `cti.testing.databases`."""

from cti.testing.databases import database, postgres, sqlite_store, store, suite

__all__ = ["database", "postgres", "sqlite_store", "store", "suite"]
