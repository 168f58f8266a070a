"""The form in which a question is asked: about a message, or from nowhere."""

from typing import Any

from bot.shown import shown
from bot.slack.actions import ANSWER_WHERE, ASK_VIEW, DOCUMENT, IN_THREAD, PRIVATELY, QUESTION
from bot.slack.buttons import plain
from bot.slack.limits import INPUT_TEXT, MODAL_TITLE, OPTION_TEXT, PLACEHOLDER
from bot.slack.message import Block
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.view_metadata import as_metadata

Element = dict[str, Any]


def question_view(phrases: SlackPhrases, *, question: str = "", channel: str = "", thread: str = "") -> dict[str, Any]:
    """`question` can be edited there. Where there is a `thread`, everybody can get the answer in it.

    The documents to choose from Slack asks us for while somebody types. Each block has the name of the one element
    in it.
    """
    blocks = [
        _input(phrases.question_label, _question(question)),
        *([_input(phrases.where_label, _where(phrases))] if thread else []),
        {**_input(phrases.document_label, _document(phrases)), "optional": True},
    ]
    return {
        "type": "modal",
        "callback_id": ASK_VIEW,
        "title": plain(phrases.ask_title, MODAL_TITLE),
        "submit": plain(phrases.ask, MODAL_TITLE),
        "close": plain(phrases.cancel, MODAL_TITLE),
        "private_metadata": as_metadata(channel=channel, thread=thread),
        "blocks": blocks,
    }


def _input(label: str, element: Element) -> Block:
    return {"type": "input", "block_id": element["action_id"], "label": plain(label), "element": element}


def _question(question: str) -> Element:
    visible = shown(question).strip()[:INPUT_TEXT]
    return {
        "type": "plain_text_input",
        "action_id": QUESTION,
        "multiline": True,
        "max_length": INPUT_TEXT,
        "focus_on_load": True,
        **({"initial_value": visible} if visible else {}),
    }


def _where(phrases: SlackPhrases) -> Element:
    """The asker alone, unless something else is chosen: what is said in a thread cannot be unsaid."""
    privately = {"text": plain(phrases.privately, OPTION_TEXT), "value": PRIVATELY}
    in_thread = {"text": plain(phrases.in_thread, OPTION_TEXT), "value": IN_THREAD}
    return {
        "type": "radio_buttons",
        "action_id": ANSWER_WHERE,
        "options": [in_thread, privately],
        "initial_option": privately,
    }


def _document(phrases: SlackPhrases) -> Element:
    return {
        "type": "external_select",
        "action_id": DOCUMENT,
        "min_query_length": 0,
        "placeholder": plain(phrases.any_document, PLACEHOLDER),
    }
