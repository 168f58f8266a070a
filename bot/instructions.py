"""Orders to a language model that stand in a document: they are nothing that an answer may be proven with."""

import re
from dataclasses import replace

from index.retriever import Hit
from index.sentences import sentences

_ORDER = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass|(?:do\ not|don['’]t)\ (?:follow|obey))\b
        [^.!?\n]{0,40}\b(?:above|previous|prior|earlier|before|preceding|instructions?|rules|prompt|guidance)\b
    | \b(?:system|hidden|developer)\ prompt\b
    | \byou\ are\ (?:now|no\ longer)\ an?\b | \byou\ are\ an?\ [\w\ ]{0,30}(?:assistant|chatbot|language\ model|AI)\b
    | \bas\ an\ AI\b
    | <\|\w+\|> | \[/?INST\] | </?(?:passage|question|system|instructions?)\b[^>\n]{0,20}>
    | \#\#\#\ *(?:instruction|system|response)\b
    | \{%-?\ *chat\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ROLE = re.compile(r"(?:^|[.!?]\s|\n)\s*(?:SYSTEM|ASSISTANT|Assistant)\s?:")


def without_orders(hit: Hit) -> Hit:
    """The hit with its passage up to the first sentence that gives a model orders: what follows may be its wording.

    Documents that merely tell of such orders lose something, too: their sentences are then quoted, not written about.
    """
    passage = hit.passage
    for sentence in sentences(passage.text, markup=passage.markup):
        said = passage.text[sentence.start : sentence.end]
        if _ORDER.search(said) or _ROLE.search(said):
            kept = passage.text[: sentence.start]
            return replace(hit, passage=replace(passage, text=kept, end=passage.start + len(kept)))
    return hit
