"""An answer as the messages that show it: its text, its sources, and what readers can do with it."""

import re
from collections.abc import Iterable, Sequence

from bot.answer import Answer
from bot.highlight import Highlight
from bot.shown import cut, shown
from bot.slack.buttons import context
from bot.slack.feedback_blocks import feedback_block, missing_block, share_block
from bot.slack.message import Block, Message
from bot.slack.packing import Group, Packer
from bot.slack.rich_text import emphasised, quotation, rich_text, section, user, words
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.source_blocks import closest_group, source_group
from bot.slack.text import notification

PIECE = 3_500  # characters of text in one block
QUESTION = 2_000
EMPHASISED = 40  # markers of a piece that are in bold

_MARKER = re.compile(r"\[\d+\]")
_ENDS = (re.compile(r"\n\s*"), re.compile(r"[.!?…](?:\s?\[\d+\])*\s+"), re.compile(r"\s+"))


def answer_messages(
    answer: Answer,
    phrases: SlackPhrases,
    *,
    base_url: str | None = None,
    share: bool = False,
    before: Sequence[Block] = (),
) -> list[Message]:
    """The whole answer, or abstention: one message, or as many as the limits demand, to be posted in this order.

    `base_url` is where readers reach the web pages of the documents; `share` is for what only one person sees;
    `before` stands above the text.
    """
    text = shown(answer.answer).strip() or "–"
    above = [Group(tuple(before))] if before else []
    groups = [*above, *map(_text_group, pieces(text)), *_sources(answer, phrases, base_url)]
    return _packed(Packer(phrases, _reactions(answer, phrases, share)), groups)


def trailing_blocks(
    answer: Answer, phrases: SlackPhrases, *, base_url: str | None = None, share: bool = False, streamed: int = 0
) -> list[Message]:
    """What follows a text that has been streamed: the blocks of the first message end the stream, the others follow.

    `streamed` is how many characters the streamed message holds. Empty if nothing follows.
    """
    packer = Packer(phrases, _reactions(answer, phrases, share), streamed)
    return _packed(packer, _sources(answer, phrases, base_url))


def question_block(question: str, user_id: str, phrases: SlackPhrases) -> Block:
    """Who asked what, above an answer that the asker shows to others."""
    before, behind = phrases.asked.around()
    return rich_text(
        section([*words(before), user(user_id), *words(behind)]),
        quotation(words(cut(shown(question).strip(), QUESTION))),
    )


def stopped_message(phrases: SlackPhrases) -> Message:
    """What is said when somebody has stopped the answer."""
    return Message(notification(phrases.stopped), [context(phrases.stopped)])


def problem_message(words_for_it: str) -> Message:
    """Why there is no answer, in words for people."""
    visible = shown(words_for_it).strip() or "–"
    return Message(notification(visible), [rich_text(section(words(piece))) for piece in pieces(visible)[:1]])


def pieces(text: str, most: int = PIECE) -> list[str]:
    """The text cut where a paragraph, a sentence or a word ends; together they are the text."""
    found = []
    while len(text) > most:
        end = _end(text, most)
        found.append(text[:end])
        text = text[end:]
    return [*found, text] if text else found


def _packed(packer: Packer, groups: Iterable[Group]) -> list[Message]:
    for group in groups:
        packer.add(group)
    return packer.messages()


def _sources(answer: Answer, phrases: SlackPhrases, base_url: str | None) -> list[Group]:
    closest = [
        closest_group(passage, index, answer.id, phrases, base_url) for index, passage in enumerate(answer.closest)
    ]
    highlight = Highlight.of(answer.question, answer.short_answer or "")
    cited = [source_group(citation, answer.id, highlight, phrases, base_url) for citation in answer.citations]
    notice = [Group((context(answer.notice),), answer.notice)] if answer.notice else []
    return [*notice, *_headed(phrases.closest_passages, closest), *_headed(phrases.sources, cited)]


def _headed(heading: str, groups: list[Group]) -> list[Group]:
    """The heading is never parted from the first of them."""
    if not groups:
        return []
    first, *others = groups
    above = rich_text(section(words(heading, "bold")))
    return [Group((above, *first.blocks), f"{heading}\n{first.text}", first.sources), *others]


def _reactions(answer: Answer, phrases: SlackPhrases, share: bool) -> Group:
    shares = [share_block(answer.id, phrases)] if share else []
    if answer.answered:
        return Group((*shares, feedback_block(answer.id, phrases)))
    return Group((*shares, missing_block(answer.id, phrases)) if answer.closest else tuple(shares))


def _text_group(piece: str) -> Group:
    markers = [found.span() for found in _MARKER.finditer(piece)][:EMPHASISED]
    return Group((rich_text(section(emphasised(piece, markers))),), piece)


def _end(text: str, most: int) -> int:
    """Where the last paragraph, else the last sentence, else the last word ends that is not too near the beginning."""
    for end in _ENDS:
        places = [found.end() for found in end.finditer(text, most // 2, most)]
        if places:
            return places[-1]
    return most
