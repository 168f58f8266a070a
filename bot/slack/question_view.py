"""The form in which a question is asked: about a message, or from nowhere."""

from typing import Any

from bot.slack.actions import ANSWER_WHERE, ASK_VIEW, DOCUMENT, IN_THREAD, PRIVATELY, QUESTION
from bot.slack.buttons import plain
from bot.slack.limits import INPUT_TEXT, MODAL_TITLE, OPTION_TEXT, PLACEHOLDER
from bot.slack.message import Block
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.text import shown

Element = dict[str, Any]


def question_view(
    phrases: SlackPhrases, *, question: str = "", in_thread: bool = False, documents: bool = True, metadata: str = "{}"
) -> dict[str, Any]:
    """`question` can be edited there. `in_thread`: there is a thread that everybody can get the answer in.

    With `documents`, one of them can be chosen, which Slack asks us for while somebody types. Each block has the
    name of the one element in it.
    """
    blocks = [
        _input(phrases.question_label, _question(question)),
        *([_input(phrases.where_label, _where(phrases))] if in_thread else []),
        *([{**_input(phrases.document_label, _document(phrases)), "optional": True}] if documents else []),
    ]
    return {
        "type": "modal",
        "callback_id": ASK_VIEW,
        "title": plain(phrases.ask_title, MODAL_TITLE),
        "submit": plain(phrases.ask, MODAL_TITLE),
        "close": plain(phrases.cancel, MODAL_TITLE),
        "private_metadata": metadata,
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
