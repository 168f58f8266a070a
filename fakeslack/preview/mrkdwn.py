"""Slack's own markup, as it stands in sections, contexts and plain messages."""

import re
from dataclasses import replace
from itertools import groupby

from fakeslack.preview.emoji import with_emoji
from fakeslack.preview.names import Names
from fakeslack.preview.parts import Paragraph, Part, Parts, Preformatted, Quote, Span, Words, plain

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_STYLED = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<reference>[^<>\n]+)>"
    r"|(?P<bare>https?://[^\s<>|*`]+)"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
)
_QUOTED = re.compile(r"(?:>|&gt;) ?")  # clients write the second and mean the first


def unescaped(text: str) -> str:
    """The three characters that Slack has escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class Mrkdwn:
    """Reads the markup into parts."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def parts(self, text: str) -> Parts:
        """Paragraphs, quotes and preformatted text."""
        found: list[Part] = []
        for index, piece in enumerate(_FENCE.split(text)):
            if index % 2:
                found.append(Preformatted(unescaped(piece.strip("\n"))))
            elif piece.strip():
                found += self._lines(piece.strip("\n").split("\n"))
        return tuple(found)

    def words(self, text: str) -> Words:
        """The markup within lines, for where no quotes can stand."""
        found: list[Span] = []
        end = 0
        for match in _STYLED.finditer(text):
            found += _text(text[end : match.start()])
            found += self._styled(match)
            end = match.end()
        return (*found, *_text(text[end:]))

    def _lines(self, lines: list[str]) -> Parts:
        found: list[Part] = []
        for quoted, group in groupby(lines, lambda line: bool(_QUOTED.match(line))):
            if quoted:
                inner = "\n".join(_QUOTED.sub("", line, count=1) for line in group)
                found.append(Quote((Paragraph(self.words(inner)),)))
            else:
                found.append(Paragraph(self.words("\n".join(group))))
        return tuple(found)

    def _styled(self, match: re.Match[str]) -> Words:
        inside = match[match.lastgroup or 0]
        match match.lastgroup:
            case "code":
                return (Span(unescaped(inside), code=True),)
            case "reference":
                reference = self._names.reference(inside)
                return (replace(reference, text=unescaped(reference.text), link=_link(reference.link)),)
            case "bare":
                return (Span(unescaped(inside), link=unescaped(inside)),)
            case "bold":
                return tuple(replace(span, bold=True) for span in self.words(inside))
            case "italic":
                return tuple(replace(span, italic=True) for span in self.words(inside))
        return tuple(replace(span, strike=True) for span in self.words(inside))


def _link(link: str | None) -> str | None:
    return None if link is None else unescaped(link)


def _text(text: str) -> Words:
    return plain(unescaped(with_emoji(text)))
