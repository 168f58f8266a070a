"""Standard Markdown, as Slack takes it in markdown blocks, in `markdown_text` and in streams."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from fakeslack.preview.emoji import with_emoji
from fakeslack.preview.names import Names
from fakeslack.preview.parts import (
    Grid,
    Heading,
    Listing,
    Paragraph,
    Part,
    Parts,
    Preformatted,
    Quote,
    Rule,
    Span,
    Words,
    plain,
)

# Whether Slack notifies people from Markdown is not documented. It is shown as if it did: a slip is to be seen.
_LIVE = re.compile(r"<(?P<reference>[@#!][^<>\n]+)>|(?P<bare>https?://[^\s<>|]+)")


class Markdown:
    """Reads Markdown into parts. A line end is a line end, as in Slack; HTML is text."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def parts(self, text: str) -> Parts:
        """What was escaped is text and nothing else: neither a mention, nor a link, nor an emoji."""
        return self._blocks(SyntaxTreeNode(self._parser.parse(text)).children)

    @cached_property
    def _parser(self) -> MarkdownIt:
        parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
        return parser.disable("text_join")  # it would make one text of what was escaped and what was not

    def _blocks(self, nodes: Iterable[SyntaxTreeNode]) -> Parts:
        return tuple(self._block(node) for node in nodes)

    def _block(self, node: SyntaxTreeNode) -> Part:
        match node.type:
            case "heading":
                return Heading(self._inline(node))
            case "blockquote":
                return Quote(self._blocks(node.children))
            case "fence" | "code_block":
                return Preformatted(node.content.rstrip("\n"))
            case "bullet_list" | "ordered_list":
                return self._listing(node)
            case "hr":
                return Rule()
            case "table":
                return Grid(tuple(self._row(row) for part in node.children for row in part.children))
        return Paragraph(self._inline(node))

    def _listing(self, node: SyntaxTreeNode) -> Listing:
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        return Listing(tuple(self._blocks(item.children) for item in node.children), start)

    def _row(self, row: SyntaxTreeNode) -> tuple[Words, ...]:
        return tuple(self._inline(cell) for cell in row.children)

    def _inline(self, node: SyntaxTreeNode) -> Words:
        return tuple(span for inline in node.children for span in self._spans(inline.children))

    def _spans(self, nodes: Iterable[SyntaxTreeNode]) -> Iterator[Span]:
        for node in nodes:
            yield from self._span(node)

    def _span(self, node: SyntaxTreeNode) -> Iterable[Span]:
        inside = self._spans(node.children)
        match node.type:
            case "strong":
                return (replace(span, bold=True) for span in inside)
            case "em":
                return (replace(span, italic=True) for span in inside)
            case "s":
                return (replace(span, strike=True) for span in inside)
            case "link":
                return (replace(span, link=str(node.attrs["href"])) for span in inside)
            case "image":  # Slack makes a link of it
                return (Span(node.content or "image", link=str(node.attrs["src"])),)
            case "code_inline":
                return (Span(node.content, code=True),)
            case "softbreak" | "hardbreak":
                return plain("\n")
            case "text_special":
                return plain(node.content)
        return self._live(node.content)

    def _live(self, text: str) -> Iterator[Span]:
        end = 0
        for match in _LIVE.finditer(text):
            yield from plain(with_emoji(text[end : match.start()]))
            inside = match["reference"]
            yield self._names.reference(inside) if inside else Span(match[0], link=match[0])
            end = match.end()
        yield from plain(with_emoji(text[end:]))
