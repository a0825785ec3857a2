"""The stores of all tests: `cti.testing.databases`."""

import gc

from cti.testing.databases import database, postgres, sqlite_store, store, suite

__all__ = ["database", "postgres", "sqlite_store", "store", "suite"]


def pytest_collection_finish() -> None:
    """Keep the collector from walking again and again over what stays: modules, models and 6,000 tests."""
    gc.collect()
    gc.freeze()
