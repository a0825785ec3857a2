"""The stores of all tests: `cti.testing.databases`."""

import gc

import pytest
from hypothesis import HealthCheck, settings

from cti.testing.databases import database, postgres, sqlite_store, store, suite

# How long an example takes says something of the machine alone.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

LONGEST = ("cti/process/test_supervisor.py", "workflow/tickets/test_matrix.py", "cti/web/test_contract.py")
"""Files that take minutes: they begin first, so that no core waits for them at the end."""

__all__ = ["database", "postgres", "sqlite_store", "store", "suite"]


def pytest_collection_finish() -> None:
    """Keep the collector from walking again and again over what stays: modules, models and 6,000 tests."""
    gc.collect()
    gc.freeze()
    # A test leaves little, and looking for it after each 2,000 new objects is a tenth of its time.
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(key=lambda item: not str(item.path).endswith(LONGEST))
