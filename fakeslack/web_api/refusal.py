"""How a method says no."""

from typing import Any


class Refusal(Exception):
    """Slack's `{"ok": false, "error": code}`, with what else the body says."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def as_json(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.details}


def invalid_arguments(*messages: str) -> Refusal:
    """An argument is missing, unknown or of the wrong kind."""
    return Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {line}" for line in messages]})
