"""Where a question was asked."""

from typing import Literal

Surface = Literal["cli", "http", "web", "openai", "mcp", "slack"]
