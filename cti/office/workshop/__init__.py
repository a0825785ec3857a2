"""The workshop: everything that is changed as a file, such as flows, processes and forms.

A kind of file says how it is read, checked and tried (`Library`); the workshop keeps drafts and revisions, publishes
what passes, refuses what does not, watches the folder, and serves lists, comparisons and roll-backs.
"""
