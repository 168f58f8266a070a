"""What in a question points back at the conversation before it, as far as the words of English tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.keywords import STOP_WORDS, terms

FEWEST_WORDS = 3  # with fewer content words before it, a pronoun has nothing in the question to stand for
FRAGMENT_WORDS = 3


class Kind(StrEnum):
    """What a pronoun stands for, and so what may be written in its place."""

    NOUN = "noun"
    OWNER = "owner"  # a person or a thing, and something of it
    OTHER = "other"  # nothing can be written in its place


@dataclass(frozen=True, slots=True)
class Reference:
    """The word or words `[start, end)` of a question that stand for something said earlier."""

    start: int
    end: int
    kind: Kind
    of_person: bool
    of_several: bool


def opening(question: str) -> int:
    """Where the question begins after "and", "but", "so" and the like; 0 if it opens with none of them."""
    match = _CONJUNCTIONS.match(question)
    return match.end() if match else 0


def points_back(question: str) -> bool:
    """Whether the question needs what was said before: by its opening, a pronoun, or for want of words."""
    return bool(_REPLY.match(question)) or first_reference(question) is not None or _is_fragment(question)


def first_reference(question: str) -> Reference | None:
    """The first word that points at something which the question itself does not name before it."""
    readable = _readable(question)
    pointers = (one for one in _pointers(readable) if not _has_its_owner(readable, one))
    return next((one for one in pointers if not _is_explained(readable[: one.start])), None)


def references(question: str) -> list[Reference]:
    """Those that may be written out: the first, and the first behind it of the other sort, person or thing.

    None if nothing can be written in place of the first. Of "does it run it?" only the second: that was spoken of
    before, the first is what the last answer named.
    """
    first = first_reference(question)
    if first is None or first.kind is Kind.OTHER:
        return []
    readable = _readable(question)
    behind = [one for one in _pointers(readable) if one.start > first.end and one.kind is not Kind.OTHER]
    behind = [one for one in behind if not _is_explained(readable[first.end : one.start])]
    if _word(question, first) == "it" and (objects := [one for one in behind if _word(question, one) == "it"]):
        return objects[:1]
    return [first, *[one for one in behind if one.of_person != first.of_person][:1]]


def content_words(text: str) -> list[str]:
    """Its words without those that any question may be made of."""
    return [word for word in terms(text) if word not in STOP_WORDS and word not in _VAGUE]


def _readable(question: str) -> str:
    """With dots in place of what only looks like a reference."""
    return _EMPTY.sub(lambda empty: "." * len(empty[0]), question)


def _pointers(readable: str) -> Iterator[Reference]:
    for match in _POINTER.finditer(readable):
        kind = Kind(match.lastgroup or "other")
        yield Reference(*match.span(), kind, bool(_PERSONAL.match(match[0])), bool(_PLURAL.match(match[0])))


def _word(question: str, reference: Reference) -> str:
    return question[reference.start : reference.end].lower()


def _has_its_owner(question: str, reference: Reference) -> bool:
    """Whether an "its" or "their" has one in the question: "which state has its seat in", "do snails carry their"."""
    before = question[: reference.start]
    owned = reference.kind is Kind.OWNER and not reference.of_person
    return owned and bool(_OWNER.search(before)) and not _SUBJECT_FOLLOWS.search(before)


def _is_explained(before: str) -> bool:
    """Whether the words before a pronoun name something that it may stand for.

    An earlier clause does, and so do a name and a few words; but not for the subject behind an auxiliary, as in
    "how many officers does it have".
    """
    *clauses, own = _CLAUSE_END.split(before)
    if any(content_words(clause) for clause in clauses):
        return True
    return not _AUXILIARY.search(own) and (bool(_NAME.search(own)) or len(content_words(own)) >= FEWEST_WORDS)


def _is_fragment(question: str) -> bool:
    """Too little to be searched for: two or three words that ask nothing and name nothing, or a lone content word."""
    if _NAME.search(question) or _DEFINITION.match(question):
        return False
    content = len(content_words(question))  # in a script without spaces more than its words
    short = max(content, len(question.split())) <= FRAGMENT_WORDS
    return content < 2 or (short and not _QUESTION_WORD.search(question))


_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_DEFINITION = re.compile(r"\W*what (?:is|are|does|do) (?!the\b)", re.IGNORECASE)
_POLITE = r"\W*(?:(?:okay|ok|thanks|thank you|sorry|oops|yes|no|got it|i see|well|hmm|please)\b\W*)*"
_CONJUNCTIONS = re.compile(rf"{_POLITE}(?:(?:and|but|or|so|then|also)\b\W*)+", re.IGNORECASE)
_REPLY = re.compile(
    rf"{_POLITE}(?:and|but|or|so|then|also|(?:what|how) about|(?:what|who|where|anything) else|i mean|i meant"
    r"|do you mean|you mean|you said|you say|you mention|you mentioned|that|that['’]s|are you sure|really|why not"
    r"|how so|how come|if not|if so)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:(?P<other>(?:(?<=\bdo )|(?<=\bdid )(?=it\W*$))it|(?<=\bdo )so"
    r"|(?:(?<=\bdo )|(?<=\bdid )|(?<=\bdoes )|(?<=\bcan )|(?<=\bwill )|(?<=\bcould )|(?<=\bwould )|(?<=\bmight ))that"
    r"|this|these|those|(?:which|that|the|new) ones?|(?:the|any) others?|the same|hers|theirs"
    r"|that all|(?:that|one|another|too|again|instead|else|there|both)(?=\W*$))"
    r"|(?P<noun>he|him|she|her(?=\W*$)|it|they|them)|(?P<owner>his|her|its|their))\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"(?:he|him|his|she|hers?)\b", re.IGNORECASE)
_PLURAL = re.compile(r"(?:they|them|theirs?|these|those)\b", re.IGNORECASE)
# "Is it possible to", "how long does it take to": nothing is meant by such an "it".
_EMPTY = re.compile(
    r"\b(?:(?:is|was) it|it['’]s|it (?:is|was)|(?:does|did|would|will) it take)"
    r"(?: (?-i:[a-z]+)(?<!ed)){0,2} (?:to|that|if)\b"
    r"|\b(?:does|did|would|will) it (?:take|cost|mean)(?: \w+){0,3} (?:to|if|when)\b"
    r"|\b(?:is|are|was|were) there\b|\bat the same time\b|\bgot it\b",
    re.IGNORECASE,
)
_HELPING = "is|are|was|were|do|does|did|can|could|will|would|shall|should|may|might|must"
_SUBJECT_FOLLOWS = re.compile(rf"\b(?:{_HELPING}) $", re.IGNORECASE)
_AUXILIARY = re.compile(rf"\b(?:has|have|had|{_HELPING})(?:n['’]t)? $", re.IGNORECASE)
_OWNER = re.compile(
    rf"\b(?:(?:which|what) (?!(?:else|has|have|had|{_HELPING})\b)|(?:do|does|did) (?!it\b|they\b))\w+ "
    r"(?:.* )?(?<!\bof )$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[,;:.?!]|\b(?:and|but|if|when|because|after|before|while|since|that|until|although|who)\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<!^)(?<![?.!] )\b[^\W\d_a-z]\w|\d")
_VAGUE = frozenset(
    re.findall(
        r"\w+",
        """
        apply best call called cost costs example examples explain fast get give good happen happened happens help
        important kind kinds know like long make many mean means more much need new often old others please possible
        price reason reasons required tell thing things time times type types use used want way work works
        """,
    )
)
