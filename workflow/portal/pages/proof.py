"""That it is no program who asks for a code or reports something: the site's task, or a sum without scripts."""

from __future__ import annotations

from dataclasses import dataclass

from cti.base.http.forms import Form
from cti.web.challenge import Challenge
from workflow.portal.questions import Questions

TASK, TOKEN, ANSWER = "challenge", "question", "answer"  # names of fields


@dataclass(frozen=True, slots=True)
class Asked:
    """A sum in words, and the token that comes back with the answer."""

    words: str
    token: str


class Proof:
    """Scripts solve the task unseen; who has none does the sum."""

    def __init__(self, challenge: Challenge, questions: Questions) -> None:
        self._challenge, self._questions = challenge, questions

    def asked(self) -> Asked:
        """A new question for a page."""
        words, token = self._questions.ask()
        return Asked(words, token)

    def check(self, form: Form) -> None:
        """NotAllowed, Invalid."""
        if task := form.get(TASK):
            self._challenge.check(task)
        else:
            self._questions.check(form.get(TOKEN), form.get(ANSWER))
