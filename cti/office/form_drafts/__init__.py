"""What somebody has typed into a form and not yet sent: a row of its own, kept with each pause in typing.

One per person, form and subject (such as a call): found again after a reload, a crash, or at another machine.
"""

from cti.office.form_drafts.service import FormDrafts

__all__ = ["FormDrafts"]
