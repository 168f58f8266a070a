"""A sentence of a source as something that is said: what it can prove, and who its pronouns are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from bot.candidates import TABLE_RULE
from bot.fact import Fact, Kind
from bot.facts import Reading, read
from bot.readable import REFERENCE, readable
from bot.wording import CERTAINTIES, COPULAS, DEMONSTRATIVES, GOES_ON, OPENERS, PLACING, PRONOUN_KINDS, PRONOUNS
from index.blocks import Kind as BlockKind
from index.document import Markup
from index.sections import heading_text
from index.sentences import SourceSentence, sentences

LONGEST_SUBJECT = 6  # words of a name that a pronoun may stand for
LONGEST_CHAIN = 3  # sentences in a row that begin with a pronoun
FARTHEST_HEADING = 400  # characters above a quote
_POSSESSIVE = Fact(Kind.WORD, "'s", 0, 0, form="'s")


@dataclass(frozen=True, eq=False)
class Statement:
    """The span `[start, end)` of a text, a sentence or a row.

    `columns` is the line that names the columns of a row, `before` the statement in front of it under the same
    heading, if that is known, and `heading` what stands right above it. `title` is the document's.
    """

    text: str
    start: int
    end: int
    markup: Markup = Markup.PLAIN
    columns: str = ""
    before: "Statement | None" = None
    heading: str = ""
    title: str = ""

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """As people read it; a row also without the names of its columns, and all with the source's own notes."""
        shown = [readable(self.text, self.markup, self.columns), readable(self.text, self.markup)]
        if REFERENCE.search(self.text):
            shown.append(self.text)
        return tuple(map(read, dict.fromkeys(shown)))

    @property
    def pronoun(self) -> str:
        """The one that is its subject, or that its subject begins with; empty if it says who or what it is about."""
        facts = self.readings[0].facts
        start = _subject_start(facts)
        if start == len(facts) or facts[start].form not in PRONOUNS or _stands_for_nothing(facts, start):
            return ""
        return facts[start].form

    @property
    def points_back(self) -> bool:
        """Whether what is said is about something named before it: "he came", "these ships came"."""
        facts = self.readings[0].facts
        start = _subject_start(facts)
        return bool(self.pronoun) or (start < len(facts) and facts[start].form in DEMONSTRATIVES)

    @cached_property
    def named(self) -> tuple["Named", ...]:
        """The statement with the name of its subject instead of the pronoun that it begins with."""
        if not self.pronoun:
            return ()
        facts = self.readings[0].facts
        at = _subject_start(facts)
        above = self.before.subjects_for(self.pronoun) if self.before else _whole(self.heading)
        return tuple(Named(_replaced(facts, at, subject), subject) for subject in above)

    def subjects_for(self, pronoun: str) -> tuple[tuple[Fact, ...], ...]:
        """Whom that pronoun, right after this statement, certainly means; nobody where it might mean two."""
        one = self
        for _ in range(LONGEST_CHAIN):
            if not one.pronoun or PRONOUN_KINDS[one.pronoun] != PRONOUN_KINDS[pronoun]:
                facts = one.readings[0].facts
                start = _subject_start(facts)
                topic = tuple(fact.key for fact in read(one.title).facts)
                return tuple(
                    subject
                    for subject, end in _subjects(facts, start)
                    if _is_meant(pronoun, facts, start, end, subject, topic)
                )
            if one.before is None:
                return _whole(one.heading)
            one = one.before
        return ()

    def is_followed_by(self, other: "Statement") -> bool:
        return other.before is self


@dataclass(frozen=True, slots=True)
class Named:
    """Facts in which `name` stands for a pronoun."""

    facts: tuple[Fact, ...]
    name: tuple[Fact, ...]


def statements(
    text: str,
    start: int = 0,
    end: int | None = None,
    markup: Markup = Markup.PLAIN,
    *,
    title: str = "",
    heading: str = "",
    columns: str = "",
) -> list[Statement]:
    """Those of `text[start:end]`, in order, of which the first stands under `heading`.

    Headings say nothing, but name what stands below them.
    """
    found: list[Statement] = []
    before: Statement | None = None
    spans = sentences(text, start, end, markup)
    for one, following in zip_longest(spans, spans[1:]):
        words = text[one.start : one.end]
        if one.kind is BlockKind.HEADING:
            before, heading = None, heading_text(text, one)
        elif one.kind is BlockKind.ROW and (words == columns or _is_rule(text, following)):
            columns = words
        elif one.kind is not BlockKind.MARKUP:
            names = columns if one.kind is BlockKind.ROW else ""
            before = Statement(words, one.start, one.end, markup, names, before, heading, title)
            heading = ""
            found.append(before)
    return found


def heading_above(text: str, start: int, markup: Markup, title: str) -> str:
    """The heading right above what begins at `start`, or the title at the beginning; empty below other text."""
    begin = max(0, start - FARTHEST_HEADING)
    above = [one for one in sentences(text, begin, start, markup) if one.kind is not BlockKind.MARKUP]
    if not above:
        return "" if begin else title
    return heading_text(text, above[-1]) if above[-1].kind is BlockKind.HEADING else ""


def columns_above(text: str, start: int, markup: Markup) -> str:
    """The line that names the columns of the row at `start`; empty if there is none."""
    if markup is Markup.ROWS:
        return next((line.strip() for line in text[:start].splitlines() if line.strip()), "") if start else ""
    if markup is not Markup.MARKDOWN or not text.startswith("|", start):
        return ""
    below = ""
    while start > 0:
        begin = text.rfind("\n", 0, start - 1) + 1
        line = text[begin:start].strip()
        if not line.startswith("|"):
            return ""
        if below and TABLE_RULE.fullmatch(below):
            return line
        below, start = line, begin
    return ""


def _is_rule(text: str, sentence: SourceSentence | None) -> bool:
    return sentence is not None and bool(TABLE_RULE.fullmatch(text[sentence.start : sentence.end]))


def _subject_start(facts: Sequence[Fact]) -> int:
    """Where the subject begins: at the start, or after a phrase like "In June,"."""
    if facts and (facts[0].form in OPENERS or facts[0].kind is Kind.DATE):
        return next((at for at, fact in enumerate(facts) if at and fact.breaks), 0)
    return 0


def _stands_for_nothing(facts: Sequence[Fact], at: int) -> bool:
    """The "it" of "it is not clear whether …"."""
    forms = [fact.form for fact in facts[at : at + 5]]
    if forms[0] != "it" or len(forms) < 4 or forms[1] not in COPULAS:
        return False
    known = {key for fact in facts[at + 2 : at + 4] for key in (fact.form, fact.key)}
    return bool(known & CERTAINTIES) and not {"that", "whether", "if", "how", "why"}.isdisjoint(forms[3:])


def _subjects(facts: Sequence[Fact], start: int) -> Iterator[tuple[tuple[Fact, ...], int]]:
    """Each beginning that may be a name, whole or by its last word, and its end; never a part of a longer one."""
    for end in range(start + 1, min(len(facts), start + LONGEST_SUBJECT) + 1):
        following = facts[end] if end < len(facts) else None
        if facts[end - 1].form in GOES_ON:
            return
        if following and (following.name or following.form in GOES_ON or following.kind is not Kind.WORD):
            continue
        subject = tuple(facts[start:end])
        yield subject, end
        if len(subject) > 1 and all(fact.name for fact in subject[1:]):
            yield subject[-1:], end


def _is_meant(
    pronoun: str, facts: Sequence[Fact], start: int, end: int, subject: Sequence[Fact], topic: tuple[str, ...]
) -> bool:
    """A person, if no other is named; a thing, if the sentence says what it is or if the text is about it."""
    if PRONOUN_KINDS[pronoun] == "person":
        others = (at for at in range(end, len(facts)) if facts[at].name and not facts[at - 1].name)
        return all(fact.name or fact.start == facts[start].start for fact in subject) and all(
            facts[at - 1].form in PLACING for at in others
        )
    if PRONOUN_KINDS[pronoun] == "things" and not subject[-1].form.endswith("s"):
        return False
    is_topic = bool(topic) and tuple(fact.key for fact in subject) == topic
    return is_topic or (end < len(facts) and facts[end].form in COPULAS)


def _whole(heading: str) -> tuple[tuple[Fact, ...], ...]:
    facts = read(re.sub(r"_", " ", heading)).facts
    return (facts,) if 0 < len(facts) <= LONGEST_SUBJECT else ()


def _replaced(facts: tuple[Fact, ...], at: int, subject: tuple[Fact, ...]) -> tuple[Fact, ...]:
    pronoun = facts[at]
    ending = (_POSSESSIVE,) if PRONOUNS[pronoun.form] else ()
    inner = tuple(fact._replace(breaks=False, start=pronoun.start, end=pronoun.end) for fact in subject[1:])
    first = subject[0]._replace(breaks=pronoun.breaks, start=pronoun.start, end=pronoun.end)
    return (*facts[:at], first, *inner, *ending, *facts[at + 1 :])
