"""Where a question was asked."""

from typing import Literal

Surface = Literal["cli", "http", "web", "openai", "mcp", "slack"]

# How the ids of Slack's conversations begin. They can be guessed: no other surface may begin one before Slack does.
SLACK_CONVERSATION = "slack-"
