"""Titles of text files."""

import pytest

from index.formats.plain import read_markdown
from index.formats.source import Source


def title(text: str) -> str | None:
    return read_markdown(Source("a.md", text.encode(), 10**6))[0].title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Harbour rules\n\ntext", "Harbour rules"),
        ("intro\r\n\r\n# Harbour rules ##\r\n", "Harbour rules"),
        ("# The **big** [`port`](x.md)\n", "The big port"),
        ("# Learning C#\n", "Learning C#"),
        ("Harbour rules\n=====\n", "Harbour rules"),
        ("```\n# a comment\n```\n# Harbour rules\n", "Harbour rules"),
        ('---\ntags: x\ntitle: "Harbour: rules"\r\n---\n# Other\n', "Harbour: rules"),
        ("---\ntags: x\n---\n# Harbour rules\n", "Harbour rules"),
        ("---\n# comment\n---\n# Harbour rules\n", "Harbour rules"),
        ("## Only a section\n", None),
        ("#hashtag\n", None),
        ("text\n---\ntitle: not front matter\n---\n", None),
        ("# Untitled\n", None),
    ],
)
def test_the_title_of_a_markdown_file(text: str, expected: str | None) -> None:
    """Front matter names a file, or else its first top heading outside code."""
    assert title(text) == expected


@pytest.mark.parametrize("line", ["# " + " " * 200_000 + "x", "# " + "[" * 200_000, "# " + "[](" * 60_000])
def test_a_hostile_heading_takes_no_time(line: str) -> None:
    """A heading made to defeat a regular expression is too long to be a title; the timeout is the proof."""
    assert title(line) in (None, "x")
