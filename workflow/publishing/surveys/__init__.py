"""Questionnaires (问卷调查, tender B10): built by staff, answered by the public, counted as answers come."""
