"""Who may what."""

from __future__ import annotations

USE, MODELS = "assistant.use", "assistant.models"
BASE = "/api/assistant"
