"""A telephone call as a conversation: its verbs, its wait in a queue, answers by speech or keys."""
