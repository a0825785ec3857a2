"""Who may what."""

from __future__ import annotations

USE, MODELS, DISPATCH = "assistant.use", "assistant.models", "assistant.dispatch"
BASE = "/api/assistant"
