"""Text for Slack: shown as it stands, and nothing of it obeyed, linked or fetched."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.shown import shown
from bot.slack.text import mrkdwn, notification, streamed_text
from bot.slack.validation import check_message
from tests.hostile import HOSTILE, hostile_text

CODE = re.compile(r"`[^`]*`")
CODE_OR_ESCAPED = re.compile(r"(`[^`]*`)|\\.")
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def without_spaces(text: str) -> str:
    return "".join(text.split())


def read_as_markdown(text: str) -> tuple[set[str], str]:
    """The kinds of things that a reader of Markdown finds in it, and the words that Slack shows, entities read."""
    kinds, parts = set(), []
    for block in MARKDOWN.parse(text):
        kinds.add(block.type)
        for inline in block.children or ():
            kinds.add(inline.type)
            content = html.unescape(inline.content) if inline.type == "code_inline" else inline.content
            parts.append(content if inline.type != "softbreak" else "\n")
    return kinds, "".join(parts)


@given(hostile_text())
def test_mrkdwn_holds_no_control_sequence(text: str) -> None:
    """No angle bracket is left, and what Slack reads back is the text, but for backticks."""
    escaped = mrkdwn(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert check_message({"text": f"-{escaped}"}) == []
    assert html.unescape(escaped.replace("`", "")) == shown(text).replace("`", "'")


@given(hostile_text())
def test_addresses_are_code_wherever_they_stand(text: str) -> None:
    """Outside of code there is nothing that a link could be made of."""
    for escaped in (mrkdwn(text), CODE_OR_ESCAPED.sub(lambda found: found[1] or "", streamed_text(text))):
        assert escaped.count("`") % 2 == 0
        outside = CODE.sub(" ", escaped)
        assert not re.search(r"\w://\S|\bwww\.\w\w|\w@\w+\.\w|\bevil\.com\b|\bmailto:\w", outside, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("See https://evil.example/a_b.", "See `https://evil.example/a_b`."),
        ("(www.evil.example)", "(`www.evil.example`)"),
        ("ask ana@evil.example, please", "ask `ana@evil.example`, please"),
        ("in harbour.md and evil.com/x?y", "in `harbour.md` and `evil.com/x?y`"),
        ("...evil.com and evil.com-x", "...`evil.com` and `evil.com`-x"),
        ("-1slack://user", "`-1slack://user`"),
        ("e.g. 3.5 U.S. p.m. No.The", "e.g. 3.5 U.S. p.m. No.The"),
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("<\u200b!here>", "&lt;!here&gt;"),
        ("a ` https://evil.example", "a ' `https://evil.example`"),
    ],
)
def test_mrkdwn_of(text: str, escaped: str) -> None:
    """Names of files look like addresses to Slack and are treated so; abbreviations do not."""
    assert mrkdwn(text) == escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("It rains. [1][2]", "It rains. [1][2]"),
        ("[1](https://evil.example)", r"\[1\]\(`https://evil.example`)"),
        ("[1]: x", r"\[1\]\: x"),
        ("(x)", r"\(x)"),
        ("![x](y)", r"\!\[x\]\(y)"),
        ("*a* _b_ `c` ~d~ | # \\", r"\*a\* \_b\_ \`c\` \~d\~ \| \# " + "\\\\"),
        ("- a\n+ b\n1. c\n2) d\n=", "\\- a\n\\+ b\n1\\. c\n2\\) d\n\\="),
        ("well-known 1.5", "well-known 1.5"),
        ("> <b>", "&gt; &lt;b&gt;"),
        ("    code", "   code"),
        (" \t\tcode", "   code"),
        ("at 10:30:45 :smile:", r"at 10\:30:45 \:smile:"),
    ],
)
def test_streamed_text_of(text: str, escaped: str) -> None:
    """Only what would mean something is escaped; markers of footnotes stay readable."""
    assert streamed_text(text) == escaped


@given(hostile_text())
def test_streamed_text_reads_as_the_text(text: str) -> None:
    """A reader of Markdown finds paragraphs of plain words and code, and in them the text's own characters."""
    kinds, words = read_as_markdown(streamed_text(text))
    assert kinds <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "softbreak",
        "hardbreak",
        "code_inline",
        "text_special",
    }
    assert without_spaces(words) == without_spaces(shown(text))


@given(st.lists(hostile_text(60), min_size=2, max_size=4))
def test_streamed_sentences_stay_plain_side_by_side(sentences: list[str]) -> None:
    """What one ends with and the next begins with are no link together."""
    kinds, _ = read_as_markdown("".join(map(streamed_text, sentences)))
    assert not kinds & {
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "em_open",
        "strong_open",
        "fence",
        "table_open",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    """Each of them alone, in each way of writing."""
    assert check_message({"text": f"-{mrkdwn(text)}"}) == []
    assert check_message({"markdown_text": f"-{streamed_text(text)}"}) == []
    kinds, _ = read_as_markdown(streamed_text(text))
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "heading_open", "blockquote_open", "fence"}


@given(hostile_text(20_000))
def test_a_notification_is_short(text: str) -> None:
    """However long the text, Slack takes it whole."""
    assert len(notification(text)) <= 40_000
    assert html.unescape(notification(text, 50)).count("") - 1 <= 50 + notification(text, 50).count("`")
