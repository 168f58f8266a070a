"""Which of a file's claims about its title to believe."""

import re

from index.formats.characters import one_line

# What programs write when nobody chose a title.
_LEFT_BY_PROGRAMS = re.compile(
    r"(?i)microsoft (word|powerpoint|excel) - .*"
    r"|(untitled|unnamed|title|document|presentation|slide|sheet|book|workbook|dokument|folie)[\s\d]*"
    r"|(powerpoint|word)[\s-]+(presentation|document)"
    r"|\(?(unspecified|anonymous|none|null)\)?"
    r"|\S+\.(docx?|pptx?|xlsx?|pdf|odt|rtf|tex|dvi|indd|qxd|html?)"
    r"|[\W\d_]*"
)
_LONGEST = 300


def sensible_title(candidate: str | None) -> str | None:
    """`candidate` on one line; None if it is a file name, a program's default or a whole page instead."""
    title = one_line(candidate or "")
    return None if len(title) > _LONGEST or _LEFT_BY_PROGRAMS.fullmatch(title) else title
