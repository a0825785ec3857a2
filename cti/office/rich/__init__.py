"""Texts with headings, lists, tables and pictures: cleaned when they are written, plain for search and excerpts."""

from cti.office.rich.text import RichText, cleaned, plain

__all__ = ["RichText", "cleaned", "plain"]
