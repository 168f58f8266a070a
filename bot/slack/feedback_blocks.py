"""What readers can do with an answer: say whether it helped, that one is missing, or show it to others."""

from bot.slack.actions import MISSING, SHARE, VOTE
from bot.slack.buttons import Element, actions, button, plain
from bot.slack.limits import ACCESSIBILITY_LABEL, BUTTON_TEXT
from bot.slack.message import Block
from bot.slack.slack_phrases import SlackPhrases


def feedback_block(answer_id: str, phrases: SlackPhrases) -> Block:
    """Thumbs up and down; everybody who sees the answer can press them."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": VOTE,
                "positive_button": _vote(phrases.helpful, phrases.helpful_label, f"{answer_id}:up"),
                "negative_button": _vote(phrases.not_helpful, phrases.not_helpful_label, f"{answer_id}:down"),
            }
        ],
    }


def missing_block(answer_id: str, phrases: SlackPhrases) -> Block:
    """For an answer that the documents do not give."""
    return actions(button(phrases.missing, MISSING, answer_id))


def share_block(answer_id: str, phrases: SlackPhrases) -> Block:
    """For an answer that only one person sees."""
    return actions(button(phrases.share, SHARE, answer_id))


def _vote(text: str, label: str, value: str) -> Element:
    spoken = plain(label, ACCESSIBILITY_LABEL)["text"]
    return {"text": plain(text, BUTTON_TEXT), "value": value, "accessibility_label": spoken}
