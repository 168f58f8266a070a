"""What an event from Slack means for us; pure. Everything else of the surface deals with these values only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.place import Place, is_direct
from bot.slack.question import Attachment, SlackQuestion, Surface

Event = Mapping[str, Any]

# Subtypes with which a person says something; all others tell of edits, joins, topics, bots.
SAID = (None, "file_share", "thread_broadcast", "me_message")
FILES = 10  # of a message, that are kept with its question; the first one is read
_ANY_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_ADDRESSED = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_QUESTION_WORD = re.compile(
    r"\s*(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|should|will|has|have"
    r"|wer|wen|wem|wessen|was|wann|wo|wohin|woher|welche[rsmn]?|warum|wieso|wie|qui|que|quoi|quand|où|quel(?:le)?s?"
    r"|pourquoi|comment|quién|qué|cuándo|dónde|cuál(?:es)?|por qué|cómo)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Installation:
    """For whom an event is meant: our installation, and the bot user that it has there."""

    team: str
    enterprise: str | None
    bot_user: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The message that `key` names says something else now."""

    key: str
    text: str
    question: SlackQuestion | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """The message that `key` names is gone."""

    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """A person has said something. `surface` is None where only the place can tell whether we were asked.

    `to_somebody_else` says that it begins by addressing another person.
    """

    question: SlackQuestion
    surface: Surface | None
    to_somebody_else: bool


def message_key(team: str, channel: str, ts: str) -> str:
    """Names a message: whichever events tell of it, it asks once."""
    return f"message:{team}:{channel}:{ts}"


def understood(event: Event, ours: Installation) -> Said | Edited | Deleted | None:
    """What an `app_mention` or `message` event tells; None of what bots say, and of what nobody says."""
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _edited(event, ours)
    if subtype == "message_deleted":
        return Deleted(message_key(ours.team, event["channel"], str(event.get("deleted_ts", ""))))
    if subtype not in SAID or not _is_person(event, ours):
        return None
    to_somebody_else = _is_for_somebody_else(event.get("text") or "", ours.bot_user)
    return Said(_question(event, event["channel"], ours), _surface(event, ours), to_somebody_else)


def plain_words(text: str) -> str:
    """A message's text as its author typed it: references by name, links as they are shown, entities decoded."""
    named = _REFERENCE.sub(lambda found: _named(*found.groups()), text)
    return " ".join(named.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())


def looks_like_a_question(text: str) -> bool:
    """Whether a message that nobody was asked with might want an answer."""
    return text.rstrip().endswith("?") and bool(_QUESTION_WORD.match(text)) and len(text.split()) > 2


def _edited(event: Event, ours: Installation) -> Edited | Deleted | None:
    """Slack also calls it a change when a link is unfurled or a thread grows: then the words are the same.

    A deleted message that has replies is changed into a tombstone.
    """
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    if new.get("subtype") == "tombstone":
        return Deleted(message_key(ours.team, event["channel"], str(new.get("ts", ""))))
    if not _is_person(new, ours) or new.get("text") == old.get("text") or "ts" not in new:
        return None
    key = message_key(ours.team, event["channel"], new["ts"])
    asked = _surface({**new, "channel": event["channel"]}, ours) in ("mention", "direct")
    question = _question(new, event["channel"], ours)
    return Edited(key, question.text, question if asked else None)


def _is_person(event: Event, ours: Installation) -> bool:
    return bool(event.get("user")) and not event.get("bot_id") and event["user"] not in (ours.bot_user, "USLACKBOT")


def _surface(event: Event, ours: Installation) -> Surface | None:
    if is_direct(event["channel"]) or event.get("channel_type") == "im":
        return "direct"
    if event.get("type") == "app_mention" or ours.bot_user in _ANY_MENTION.findall(event.get("text") or ""):
        return "mention"
    return None


def _is_for_somebody_else(text: str, bot_user: str) -> bool:
    addressed = _ADDRESSED.match(text)
    return addressed is not None and addressed[1] != bot_user


def _question(event: Event, channel: str, ours: Installation) -> SlackQuestion:
    text = event.get("text") or ""
    own_mention = re.compile(rf"<@{re.escape(ours.bot_user)}(?:\|[^<>]*)?>") if ours.bot_user else None
    return SlackQuestion(
        surface="mention",
        team=ours.team,
        enterprise=ours.enterprise,
        channel=channel,
        thread=event.get("thread_ts") or event["ts"],
        message=event["ts"],
        user=event["user"],
        user_team=event.get("user_team") or event.get("source_team") or event.get("team") or ours.team,
        text=plain_words(own_mention.sub(" ", text) if own_mention else text),
        attachments=tuple(Attachment.of_file(file) for file in (event.get("files") or ())[:FILES]),
        in_view=_message_in_view(event),
    )


def _message_in_view(event: Event) -> Place | None:
    """The message that the asker is looking at while writing to us, the most relevant first."""
    for entity in (event.get("app_context") or {}).get("entities") or ():
        value = entity.get("value") or {}
        if entity.get("type") == "slack#/types/message_context" and isinstance(value, Mapping):
            channel = value.get("channel_id") or value.get("channel")
            ts = value.get("message_ts") or value.get("ts")
            if channel and ts:
                return Place(entity.get("team_id") or "", channel, ts)
    return None


def _named(kind: str, target: str, label: str | None) -> str:
    if kind in ("@", "#"):
        return f"{kind}{label or target}"
    if kind == "!":
        return f"@{label.lstrip('@') if label else target}"
    return label or target.removeprefix("mailto:")
