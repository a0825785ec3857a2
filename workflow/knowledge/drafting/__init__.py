"""Drafts that begin with what is there: a good ticket, a question that found nothing, a known event, a template."""
