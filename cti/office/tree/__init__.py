"""Records in a tree, of which categories, the phone book and others are made: order, paths, moving, merging."""

from cti.office.tree.models import TreeRecord

__all__ = ["TreeRecord"]
