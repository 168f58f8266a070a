"""The form that asks what was wrong with an answer."""

from typing import Any

from bot.slack.actions import REASON, REASON_VIEW
from bot.slack.buttons import plain
from bot.slack.limits import INPUT_TEXT, MODAL_TITLE, PLACEHOLDER
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.view_metadata import as_metadata


def reason_view(phrases: SlackPhrases, answer_id: str) -> dict[str, Any]:
    """One field, which may stay empty; its block and element are both named REASON."""
    field = {
        "type": "plain_text_input",
        "action_id": REASON,
        "multiline": True,
        "max_length": INPUT_TEXT,
        "focus_on_load": True,
        "placeholder": plain(phrases.reason_hint, PLACEHOLDER),
    }
    return {
        "type": "modal",
        "callback_id": REASON_VIEW,
        "title": plain(phrases.reason_title, MODAL_TITLE),
        "submit": plain(phrases.send, MODAL_TITLE),
        "close": plain(phrases.cancel, MODAL_TITLE),
        "private_metadata": as_metadata(answer=answer_id),
        "blocks": [
            {
                "type": "input",
                "block_id": REASON,
                "label": plain(phrases.reason_label),
                "element": field,
                "optional": True,
            }
        ],
    }
