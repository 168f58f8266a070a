"""Text in Markdown: it reads as its own characters, and is never a link, an image, HTML or a mention."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.markdown import link, markdown_line, shown_by
from bot.shown import shown_line
from tests.hostile import HOSTILE, hostile_text

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PLAIN = {"text", "text_special", "code_inline"}
URL = "http://kb.example/documents/a.md?start=0&end=17&sha256=00#quote"


def read_as_markdown(text: str) -> tuple[set[str], str]:
    """The kinds of things that a reader of Markdown finds in lines of it, and the words that are shown."""
    kinds, words = set(), []
    for block in MARKDOWN.parse(text):
        kinds.add(block.type)
        for inline in block.children or ():
            kinds.add(inline.type)
            words.append(inline.content)
    return kinds, "".join(words)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("It rains, R&D says: 5 * 3 < 20, ~7 km, $5.", "It rains, R&D says: 5 * 3 < 20, ~7 km, $5."),
        ("snake_case [a] (b) well-known 1.5", "snake_case [a] (b) well-known 1.5"),
        ("[1](https://evil.example)", r"\[1]\(`https://evil.example`)"),
        ("see [1]: x", r"see [1]\: x"),
        ("![x](y) <b> <!here> &lt;", r"![x]\(y) &lt;b> &lt;!here> &amp;lt;"),
        ("*a* _b_ `c` ~d~ \\*", r"\*a\* \_b\_ \`c\` \~d\~ " + "\\\\\\*"),
        ("1. a", r"1\. a"),
        ("- a", r"\- a"),
        ("-5 degrees", "-5 degrees"),
        ("> a", r"\> a"),
        ("# a", r"\# a"),
        ("@everyone, ask ana@evil.example in notes.md", "`@everyone`, ask `ana@evil.example` in `notes.md`"),
        ("$x$ \n\t y", r"$x\$ y"),
    ],
)
def test_markdown_line_of(text: str, line: str) -> None:
    """Only what would mean something is escaped."""
    assert markdown_line(text) == line


@given(hostile_text())
def test_a_line_reads_as_the_text(text: str) -> None:
    """A reader of Markdown finds words and code alone, and in them the text's own characters."""
    kinds, words = read_as_markdown(markdown_line(text))
    assert kinds <= {"paragraph_open", "paragraph_close", "inline"} | PLAIN
    assert words == shown_line(text)


@given(hostile_text())
def test_the_text_of_a_line_can_be_read_back(text: str) -> None:
    """Without a reader of Markdown."""
    assert shown_by(markdown_line(text)) == shown_line(text)


@given(hostile_text(), hostile_text(15))
def test_a_link_shows_the_text_and_leads_where_it_is_told(text: str, before: str) -> None:
    """Whatever stands before it, but for dozens of open brackets."""
    kinds, words = read_as_markdown(f"{markdown_line(before)} {link(text, URL)}")
    links = [
        one for block in MARKDOWN.parse(link(text, URL)) for one in block.children or () if one.type == "link_open"
    ]
    assert [one.attrs for one in links] == [{"href": URL}]
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "link_open", "link_close"} | PLAIN
    assert words == f"{shown_line(before)} {shown_line(text)}".lstrip()


@given(st.text("()<>[]\\\"'` \n;&*_!aé"))
def test_no_url_ends_its_link(text: str) -> None:
    """Whatever is in it, the link is one."""
    block = MARKDOWN.parseInline(link("1", f"http://kb.example/{text}"))[0]
    assert [one.type for one in block.children or ()] == ["link_open", "text", "link_close"]


@given(hostile_text())
def test_addresses_and_mentions_are_code(text: str) -> None:
    """Outside of code there is nothing that a link could be made of, nor a name that is called."""
    outside = re.sub(r"\\.|`[^`]*`", lambda found: found[0][1] if found[0][0] == "\\" else "·", markdown_line(text))
    assert not re.search(r"(?i)\w://\S|\bwww\.\w\w|\w@\w+\.\w|\bevil\.com\b|\bmailto:\w|(?:^|\s)@\w", outside)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    """Each of them alone, at the beginning of a line and within it."""
    for line in (markdown_line(text), f"so {markdown_line(text)}"):
        assert read_as_markdown(line)[0] <= {"paragraph_open", "paragraph_close", "inline"} | PLAIN
