"""The softphone: an agent's verbs, sessions and supervision, telephones, and the staff console in `web/`."""
