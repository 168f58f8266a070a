"""Scripted answers made from documents: sentences that are true, in many wordings, and lies of every kind.

Knows nothing of how sentences are proven. Each kind is one function; it says None where a sentence lends itself
to no such change.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.blocks import Kind
from index.document import Passage
from index.sentences import sentences

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DATE = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}), (\d{{4}})\b")
DAY = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})(?!\d|,? \d)")
NUMBER = re.compile(
    r"(?<![\w.,:/$€£-])\d{1,3}(?:,\d{3})*(?![\w,.:/%-]|\.\d)|(?<![\w.,:/$€£-])\d{1,3}(?:,\d{3})*(?=[.,] )"
)
WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
NAME = re.compile(r"(?<![.!?\"“] )(?<!^)\b[A-Z][a-zé]+(?: [A-Z][a-zé]+)*\b")
PERSON = re.compile(
    r"((?!(?:The|He|She|It|They|His|Her|In|On|At|As|An?)\b)[A-Z][a-z]+(?: [A-Z][a-z]+)*)(?= [a-z]+(?:ed|s)\b)"
)
THING = re.compile(r"((?:The )?[A-Z][a-z]+(?: [A-Z][a-z]+)*)(?= (?:is|was|has|had)\b)")

QUOTED = re.compile(r"[\"“”«»]")
PROPER = re.compile(r"\b[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*\b")
SUBJECT = r"(?:The )?[A-Z][\w-]+(?: [A-Z][\w-]+)*"
OPENINGS = frozenset((
    "The", "This", "These", "That", "Those", "When", "While", "After", "Before", "In", "On", "At", "It", "If", "As",
    "For", "He", "She", "They", "His", "Her", "Its", "Their", "There", "A", "An", "Since", "By", "From", "With", "To",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence of a passage, and what is around it."""

    text: str
    before: str | None
    after: str | None
    passage: Passage
    others: Sequence[str]  # sentences of other passages
    siblings: Sequence[str]  # the other sentences of this passage


Change = Callable[[Scene, random.Random], str | None]


def scenes(passages: Sequence[Passage], chance: random.Random) -> list[Scene]:
    """Every sentence of prose that stands for itself."""
    read = [_sentences(passage) for passage in passages]
    everything = [text for texts in read for text in texts if text]
    return [
        Scene(
            text,
            own[at - 1] if at else None,
            own[at + 1] if at + 1 < len(own) else None,
            passage,
            [one for one in chance.sample(everything, min(30, len(everything))) if one not in own],
            [one for one in own if one and one != text],
        )
        for passage, own in zip(passages, read, strict=True)
        for at, text in enumerate(own)
        if text
    ]


def _sentences(passage: Passage) -> list[str | None]:
    """In order; None for what is no whole sentence of prose."""
    found = []
    for one in sentences(passage.text, markup=passage.markup):
        text = " ".join(passage.text[one.start : one.end].split())
        whole = one.kind is Kind.PROSE and len(text.split()) >= 5 and text.endswith(".") and text[0].isupper()
        found.append(text if whole else None)
    return found


# --- true ---------------------------------------------------------------------------------------------------


def verbatim(scene: Scene, chance: random.Random) -> str | None:
    return scene.text


def date_rewritten(scene: Scene, chance: random.Random) -> str | None:
    """March 6, 2024 as 6 March 2024 or 2024-03-06."""
    if QUOTED.search(scene.text):
        return None  # somebody's own words stay as they are

    def other(match: re.Match[str]) -> str:
        month, day, year = match.groups()
        iso = f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}"
        return chance.choice((f"{day} {month} {year}", iso, f"{month} {day}{_suffix(int(day))}, {year}"))

    return _changed(scene.text, DATE.sub(other, scene.text))


def number_rewritten(scene: Scene, chance: random.Random) -> str | None:
    """2,500 as 2500, 14 as fourteen, 10 % as 10 percent."""
    if QUOTED.search(scene.text):
        return None  # somebody's own words stay as they are

    def other(match: re.Match[str]) -> str:
        plain = match[0].replace(",", "")
        if int(plain) <= 20:
            return WORDS[int(plain)]
        return plain if "," in match[0] else f"{int(plain):,}"

    text = re.sub(r"(\d) ?%", r"\1 percent", scene.text) if "%" in scene.text else NUMBER.sub(other, scene.text)
    return _changed(scene.text, text)


def number_word_as_digits(scene: Scene, chance: random.Random) -> str | None:
    if QUOTED.search(scene.text):
        return None  # somebody's own words stay as they are
    return _changed(scene.text, re.sub(rf"\b({'|'.join(WORDS[2:])})\b", lambda m: str(WORDS.index(m[1])), scene.text))


def clause_moved(scene: Scene, chance: random.Random) -> str | None:
    """In June, they came. -> They came in June."""
    match = re.fullmatch(r"((?:In|On|During|After|Before|At|Since) [^,\"“]+), ([^,;:\"“]+)\.", scene.text)
    if not match:
        return None
    lead = match[1][0].lower() + match[1][1:]
    return f"{match[2][0].upper()}{match[2][1:]} {lead}."


def lead_dropped(scene: Scene, chance: random.Random) -> str | None:
    """In June, they came. -> They came."""
    match = re.fullmatch(r"(?:In|On|During|After|At|Besides|Since|Throughout) ([^,\"“]{3,60}), (.{25,})", scene.text)
    if not match or re.search(r"\b(?:not|if|when|said|according|might|may)\b", match[1]) or match[2][0].isdigit():
        return None
    if re.match(r"(?:and|or|but|who|which|where|whose) ", match[2]) or re.match(r"[^,]{1,25}, ", match[2]):
        return None  # a list, an apposition
    return f"{match[2][0].upper()}{match[2][1:]}"


def pronoun_named(scene: Scene, chance: random.Random) -> str | None:
    """Godfrey Otunge commands it. He spoke. -> Godfrey Otunge spoke.

    Only where it is certain: a person if nobody else is named, a thing if the sentence before says what it is.
    """
    pronoun = re.match(r"(He|She|It|His|Her|Its) ", scene.text)
    before = scene.before or ""
    if not pronoun:
        return None
    is_thing = pronoun[1].startswith("It")
    name = (THING if is_thing else PERSON).match(before)
    if not name or name[1] in OPENINGS or (not is_thing and NAME.search(before, name.end())):
        return None
    possessive = "'s" if pronoun[1] in ("His", "Her", "Its") else ""
    return f"{name[1]}{possessive} {scene.text[pronoun.end() :]}"


def joined(scene: Scene, chance: random.Random) -> str | None:
    """Two neighbours as one sentence."""
    if not scene.after or len(scene.text) + len(scene.after) > 400:
        return None
    follower = scene.after
    if re.match(r"(?:The|It|He|She|They|This|These|In|A|An|His|Her|Its|Their)\b", follower):
        follower = follower[0].lower() + follower[1:]
    return f"{scene.text.rstrip('.')}{chance.choice((', and', ';', ', while'))} {follower}"


SYNONYMS = (
    ("about", "roughly"), ("began", "started"), ("large", "big"), ("usually", "normally"), ("often", "frequently"),
    ("helps", "assists"), ("entire", "whole"), ("located", "situated"), ("although", "though"), ("film", "movie"),
    ("more than", "over"), ("until", "till"), ("mainly", "primarily"), ("purchased", "bought"), ("nearly", "almost"),
    ("started", "began"), ("established", "founded"), ("built", "constructed"), ("uses", "utilizes"),
)  # fmt: skip


def synonym(scene: Scene, chance: random.Random) -> str | None:
    if QUOTED.search(scene.text):
        return None  # somebody's own words stay as they are
    for word, same in SYNONYMS:
        if word in ("about", "more than") and not re.search(rf"\b{word} \d", scene.text):
            continue
        text = re.sub(rf"\b{word}\b", same, scene.text, count=1)
        if text != scene.text:
            return text
    return None


def spelt_otherwise(scene: Scene, chance: random.Random) -> str | None:
    """Contractions, typographic marks, a lead-in."""
    if QUOTED.search(scene.text):
        return None  # somebody's own words stay as they are
    text = re.sub(r"\b(do|does|did|is|was|were) not\b", r"\1n't", scene.text)
    if text == scene.text and "'" in text:
        text = text.replace("'", "’")
    if text == scene.text:
        text = f"According to the passage, {text[0].lower() if text.startswith(('The ', 'In ')) else text[0]}{text[1:]}"
    return text


# A subject, a verb that has a passive, what it is done to, and where or when.
VERBS = {
    "leads": "is led", "covers": "is covered", "contains": "is contained", "includes": "is included",
    "holds": "is held", "shows": "is shown", "reads": "is read", "keeps": "is kept", "uses": "is used",
    "led": "was led", "won": "was won", "built": "was built", "wrote": "was written", "took": "was taken",
    "defeated": "was defeated", "founded": "was founded", "declared": "was declared", "released": "was released",
    "published": "was published", "designed": "was designed", "created": "was created", "signed": "was signed",
    "captured": "was captured", "destroyed": "was destroyed", "established": "was established",
    "introduced": "was introduced", "developed": "was developed", "replaced": "was replaced",
    "reported": "was reported", "had occupied": "had been occupied", "has published": "has been published",
}  # fmt: skip
SMALL = "(?:in|on|at|to|for|by|and|or|that|with|from|when|as|after|before|during|which|of|who)"
ACTIVE = re.compile(
    rf"((?:The |An? )?[A-Z][\w-]+(?: [A-Z][\w-]+)*) ({'|'.join(VERBS)}) "
    rf"((?:the|an?) \w+(?: (?!{SMALL}\b)\w+){{0,2}}(?: of (?:the )?[A-Z]\w+)?)"
    r"((?: (?:in|on|at|during|after|before) [^,;:.\"“]+)?)\."
)
LIMITED = re.compile(
    r"\b(?:not|never|no|none|nobody|nor|without|if|unless|only|all|any|each|every|most|more|less|few|first|last|"
    r"second|third|may|might|can|could|would|should|will|must|until|said|says|once|\w+est|\w+n't)\b",
    re.IGNORECASE,
)
PRONOUN_LED = re.compile(r"(?:He|She|They|It|His|Her|Their|Its|This|These|Those|Such)\b")


def in_passive(scene: Scene, chance: random.Random) -> str | None:
    """Kenya leads the mission. -> The mission is led by Kenya."""
    match = ACTIVE.fullmatch(scene.text)
    if not match or PRONOUN_LED.match(scene.text):
        return None
    subject = match[1][0].lower() + match[1][1:] if match[1].startswith(("The ", "A ", "An ")) else match[1]
    return f"{match[3][0].upper()}{match[3][1:]} {VERBS[match[2]]} by {subject}{match[4]}."


def doer_left_out(scene: Scene, chance: random.Random) -> str | None:
    """Kenya leads the mission. -> The mission is led."""
    match = ACTIVE.fullmatch(scene.text)
    if not match or LIMITED.search(match[1]):
        return None
    return f"{match[3][0].upper()}{match[3][1:]} {VERBS[match[2]]}{match[4]}."


def contrast_dropped(scene: Scene, chance: random.Random) -> str | None:
    """The United Nations endorses it but does not manage it. -> The United Nations endorses it."""
    match = re.fullmatch(r"([^\"“]{20,}?),? but (?:does|did|is|was|has|had|were|are) ([^\"“]+)\.", scene.text)
    if not match or LIMITED.search(match[1]) or re.search(r"\b(?:no|only|except|denied|never)\b", match[2]):
        return None
    return f"{match[1]}."


def title_dropped(scene: Scene, chance: random.Random) -> str | None:
    """Prime Minister Garry Conille came. -> Garry Conille came."""
    titles = "(?:Prime Minister|President|Commander|Senator|Governor|Secretary|Mayor)"
    if QUOTED.search(scene.text) or re.search(rf"[A-Z]\w+[ -]{titles}", scene.text):
        return None
    return _changed(scene.text, re.sub(rf"\b{titles} (?=[A-Z][a-z]+ [A-Za-z])", "", scene.text, count=1))


def time_dropped(scene: Scene, chance: random.Random) -> str | None:
    """They declared it before the operation. -> They declared it."""
    match = re.fullmatch(
        rf"([^,;:\"“]{{20,}}? [a-z]{{2,}}ed [^,;:\"“]+?) (?:(?:in|on) (?:{'|'.join(MONTHS)})[ \d,]*\d{{4}}|"
        r"(?:before|after|during) the [^,;:\"“]+)\.",
        scene.text,
    )
    if not match or LIMITED.search(match[1]) or re.search(r"\d| (?:is|are|has|have) ", match[1]):
        return None
    return f"{match[1]}."


def told_of_a_name(scene: Scene, chance: random.Random) -> str | None:
    """Ariel Henry, who was Prime Minister then, left. -> Ariel Henry was Prime Minister then."""
    match = re.search(
        r"(?<!of )(?<!and )(?<!or )\b([A-Z][a-z]+ [A-Z][a-z]+), who ((?:was|had|is|\w+ed) [^,\"“]{8,})[,.]", scene.text
    )
    if not match or re.search(r"[A-Z]\w+ $", scene.text[: match.start()]) or LIMITED.search(scene.text):
        return None
    return f"{match[1]} {match[2].rstrip('.')}."


TRUE: dict[str, Change] = {
    function.__name__: function
    for function in (
        verbatim, date_rewritten, number_rewritten, number_word_as_digits, clause_moved, lead_dropped, pronoun_named,
        joined, synonym, spelt_otherwise, in_passive, doer_left_out, contrast_dropped, title_dropped, time_dropped,
        told_of_a_name,
    )
}  # fmt: skip


# --- lies ---------------------------------------------------------------------------------------------------


def digit_changed(scene: Scene, chance: random.Random) -> str | None:
    found = list(re.finditer(r"\d", scene.text))
    if not found:
        return None
    place = chance.choice(found).start()
    digit = chance.choice([one for one in "123456789" if one != scene.text[place]])
    return scene.text[:place] + digit + scene.text[place + 1 :]


def date_changed(scene: Scene, chance: random.Random) -> str | None:
    def other(match: re.Match[str]) -> str:
        return f"{chance.choice([one for one in MONTHS if one != match[1]])}{match[0][len(match[1]) :]}"

    return _changed(scene.text, re.sub(rf"\b({'|'.join(MONTHS)})(?= \d)", other, scene.text, count=1))


def number_word_changed(scene: Scene, chance: random.Random) -> str | None:
    def other(match: re.Match[str]) -> str:
        return chance.choice([word for word in WORDS[2:] if word != match[1]])

    return _changed(scene.text, re.sub(rf"\b({'|'.join(WORDS[2:])})\b", other, scene.text, count=1))


def unit_changed(scene: Scene, chance: random.Random) -> str | None:
    for pattern, other in (
        (r"\$(\d)", r"€\1"), (r"€(\d)", r"$\1"), (r"£(\d)", r"$\1"), (r" ?%", " million"), (r" percent", " people"),
        (r"\bmillion\b", "billion"), (r"\bbillion\b", "million"), (r"\bkm\b", "miles"), (r"\bmiles\b", "kilometres"),
        (r"\byears\b", "months"), (r"\bdays\b", "weeks"), (r"\bMB\b", "GB"), (r"\bkB\b", "MB"),
        (r"\bseconds\b", "hours"),
        (r"(\d) ([a-z]{4,}s)\b", r"$\1 \2"),
    ):  # fmt: skip
        if (text := re.sub(pattern, other, scene.text, count=1)) != scene.text and re.search(r"\d", scene.text):
            return text
    return None


def numbers_exchanged(scene: Scene, chance: random.Random) -> str | None:
    """14 ships and 3 planes -> 3 ships and 14 planes."""
    found = list(NUMBER.finditer(scene.text))
    if len(found) < 2 or found[0][0] == found[1][0]:
        return None
    return _exchanged(scene.text, found[0], found[1])


def number_of_something_else(scene: Scene, chance: random.Random) -> str | None:
    """A number that stands elsewhere in the same passage."""
    own = list(NUMBER.finditer(scene.text))
    other = [n for text in scene.siblings for n in NUMBER.findall(text) if n not in scene.text]
    if not own or not other:
        return None
    return scene.text[: own[0].start()] + chance.choice(other) + scene.text[own[0].end() :]


def number_glued_to_another_noun(scene: Scene, chance: random.Random) -> str | None:
    """14 ships and 3 planes -> 14 planes: what stands between is left out."""
    match = re.search(r"(\d[\d,]*) [a-z]+ (?:and|or|of|to|in) (?:\d[\d,]* |the )?([a-z]{4,})", scene.text)
    return f"{scene.text[: match.end(1)]} {scene.text[match.start(2) :]}" if match else None


def names_exchanged(scene: Scene, chance: random.Random) -> str | None:
    """A defeated B -> B defeated A."""
    found = [one for one in PROPER.finditer(scene.text) if one[0].split()[0] not in OPENINGS]
    if len(found) < 2:
        return None
    first, second = sorted(chance.sample(found, 2), key=lambda one: one.start())
    between = scene.text[first.end() : second.start()]
    if first[0] == second[0] or not re.search(r"\b(?!and\b|or\b|with\b|the\b|both\b|between\b)[a-z]{3,}", between):
        return None  # "A and B" says the same as "B and A"
    return _exchanged(scene.text, first, second)


def name_of_same_passage(scene: Scene, chance: random.Random) -> str | None:
    return _renamed(scene, chance, scene.siblings)


def name_of_other_passage(scene: Scene, chance: random.Random) -> str | None:
    return _renamed(scene, chance, scene.others)


def subject_of_another(scene: Scene, chance: random.Random) -> str | None:
    """The predicate of one sentence, the subject of its neighbour."""
    mine = re.match(
        rf"{SUBJECT}(?= (?:is|was|are|were|has|had|leads|led|won|lies|did|does|will|can|may)\b)", scene.text
    )
    theirs = [match[0] for text in scene.siblings if (match := re.match(rf"{SUBJECT}(?= [a-z])", text))]
    theirs = [one for one in theirs if one not in OPENINGS and mine and one not in mine[0] and mine[0] not in one]
    if mine and mine[0] in OPENINGS:
        return None  # whom a pronoun means may be just that one
    return f"{chance.choice(theirs)}{scene.text[mine.end() :]}" if mine and theirs else None


def pronoun_misnamed(scene: Scene, chance: random.Random) -> str | None:
    """He spoke -> somebody else of the sentence before spoke: not whom that is about, nor the whole text."""
    pronoun = re.match(r"(He|She|They|It) ", scene.text)
    about, *others = PROPER.findall(re.sub(r"^(?:The|A|An) ", "", scene.before or "")) or [""]
    ours = {*about.split(), *scene.passage.title.split(), *OPENINGS}
    others = [name for name in others if not ours & {*name.split()}]
    return f"{others[-1]} {scene.text[pronoun.end() :]}" if pronoun and about not in OPENINGS and others else None


def negation_inserted(scene: Scene, chance: random.Random) -> str | None:
    found = list(re.finditer(r"\b(?:is|was|are|were|can|will|may|must|could|had|has|have)\b(?! not|n't)", scene.text))
    if not found or " not " in scene.text:
        return None
    place = chance.choice(found).end()
    return scene.text[:place] + chance.choice((" not", " never", " no longer")) + scene.text[place:]


def negation_dropped(scene: Scene, chance: random.Random) -> str | None:
    text = re.sub(r" (?:not|never|no longer|hardly)\b|n't\b|(?<=can)not\b", "", scene.text, count=1)
    if text == scene.text:
        text = re.sub(r"\bNo (\w)", lambda m: m[1].upper(), scene.text, count=1)
    text = re.sub(r"\bwithout\b", "with", text, count=1) if text == scene.text else text
    return _changed(scene.text, text)


def doubt_dropped(scene: Scene, chance: random.Random) -> str | None:
    """A condition, a possibility or somebody's word as a fact."""
    match = re.match(r"(?:If|Unless|Whether) [^,]+, (.+)", scene.text) or re.search(
        r"\b(?:clear whether|denied that|claimed that|argued that|believed that|suggested that|vowed that) (.+)",
        scene.text,
    )
    if match:
        return match[1][0].upper() + match[1][1:]
    return _changed(scene.text, re.sub(r" (?:may|might|could|should) (?=[a-z]{3,} )", " did ", scene.text, count=1))


OPPOSITES = (
    "before after|more less|increased decreased|increase decrease|above below|first last|largest smallest|"
    "always never|all no|most few|allowed forbidden|beginning end|began ended|oldest newest|high low|higher lower|"
    "opened closed|won lost|leads follows|added removed|same different|early late|earlier later|inside outside|"
    "with without|up down|left right|rich poor|includes excludes|included excluded|supported opposed|north south|"
    "northern southern|east west|eastern western|day night|men women|male female|true false|strong weak|major minor|"
    "older younger|greatest least|best worst|positive negative|public private|winter summer|success failure|"
    "successful failed|many few|over under|near far|accepted rejected|larger smaller|internal external|new old|"
    "only also|one no|at least|every no|both neither|can cannot|must cannot|small large|short long"
)  # fmt: skip


def opposite(scene: Scene, chance: random.Random) -> str | None:
    pairs = [pair.split() for pair in OPPOSITES.split("|")]
    chance.shuffle(pairs)
    for one, other in pairs:
        for word, replacement in ((one, other), (other, one)):
            text = re.sub(rf"\b{word}\b", replacement, scene.text, count=1)
            if text != scene.text:
                return text
    return None


INVENTIONS = (
    "It was widely praised at the time.", "Critics called it a failure.", "Nobody knows who paid for it.",
    "The decision was later reversed by a court.", "It is considered the best of its kind.",
    "The plan was abandoned for lack of money.", "Experts recommend it to beginners.",
)  # fmt: skip


def content_invented(scene: Scene, chance: random.Random) -> str | None:
    if chance.random() < 0.3:
        return chance.choice(INVENTIONS)
    additions = (" in secret", " for political reasons", " against the advice of experts", " with great success")
    return f"{scene.text.rstrip('.')}{chance.choice(additions)}."


def verb_invented(scene: Scene, chance: random.Random) -> str | None:
    """One word replaced by another that means something else."""
    found = list(re.finditer(r"\b[a-z]{4,}(?:ed|s)\b", scene.text))
    others = ("abandoned", "destroyed", "funded", "criticised", "copied", "sold", "banned", "invented")
    if not found:
        return None
    match = chance.choice(found)
    other = chance.choice([one for one in others if one not in scene.text])
    return scene.text[: match.start()] + other + scene.text[match.end() :]


def word_of_same_passage(scene: Scene, chance: random.Random) -> str | None:
    """One word replaced by another of the passage."""
    words = [word for text in scene.siblings for word in re.findall(r"\b[a-z]{5,}\b", text) if word not in scene.text]
    found = list(re.finditer(r"\b[a-z]{5,}\b", scene.text))
    if not words or not found:
        return None
    match, other = chance.choice(found), chance.choice(words)
    return None if other[:4] == match[0][:4] else scene.text[: match.start()] + other + scene.text[match.end() :]


def quote_invented(scene: Scene, chance: random.Random) -> str | None:
    name = NAME.search(scene.text)
    words = chance.choice(("we shall never give up", "the greatest day of my life", "a waste of public money"))
    return f"{name[0] if name else 'The author'} called it “{words}”."


def quote_altered(scene: Scene, chance: random.Random) -> str | None:
    match = re.search(r'["“]([^"“”]{12,})["”]', scene.text)
    if match:
        words = match[1].split()
        words[len(words) // 2] = "indeed"
        return scene.text.replace(match[1], " ".join(words))
    words = scene.text.rstrip(".").split()
    middle = words[2:-1]
    return f"{' '.join(words[:2])} “{' '.join(reversed(middle))}” {words[-1]}." if len(middle) > 3 else None


def clauses_of_two_sentences(scene: Scene, chance: random.Random) -> str | None:
    """The time of one sentence with what another says."""
    leads = (re.match(r"((?:In|On|During|After|Before) [^,]{3,40}), ", text) for text in scene.siblings)
    lead = next((match[1] for match in leads if match), None)
    if not lead or re.match(r"(?:In|On|During|After|Before|At|If|When|While|Since|As)\b", scene.text):
        return None
    return f"{lead}, {scene.text}" if scene.text[1:2].islower() else None


def comparison_turned(scene: Scene, chance: random.Random) -> str | None:
    """What stands before and after a verb changes places."""
    match = re.fullmatch(
        r"((?:The |A )?[\w-]+(?: [\w-]+){0,2}) (is|was|are|were|has|defeated|leads|contains|covers) "
        r"((?:the |a |an )?[\w-]+(?: [\w-]+){0,4})([,.].*)",
        scene.text,
    )
    if not match:
        return None
    return f"{match[3][0].upper()}{match[3][1:]} {match[2]} {match[1][0].lower()}{match[1][1:]}{match[4]}"


def roles_exchanged_in_passive(scene: Scene, chance: random.Random) -> str | None:
    """Kenya leads the mission. -> Kenya is led by the mission."""
    match = re.match(rf"((?:The )?[A-Z][\w-]+(?: [\w-]+){{0,3}}) ({'|'.join(VERBS)}) ([^,;:.\"“]+)", scene.text)
    return f"{match[1]} {VERBS[match[2]]} by {match[3]}." if match else None


def done_by_another(scene: Scene, chance: random.Random) -> str | None:
    """The passive, with somebody else of the same text as the one who does it."""
    match = ACTIVE.match(scene.text) or re.match(rf"([A-Z]\w+) ({'|'.join(VERBS)}) (\w+ \w+)()", scene.text)
    others = [name for text in scene.siblings for name in NAME.findall(text) if name not in scene.text]
    if not match or not others:
        return None
    return f"{match[3][0].upper()}{match[3][1:]} {VERBS[match[2]]} by {chance.choice(others)}{match[4]}."


def hearsay_in_passive(scene: Scene, chance: random.Random) -> str | None:
    """Otunge said that officers took the port. -> The port was taken."""
    match = re.search(
        rf"\b(?:said|says|claimed|believed|argued|denied|hoped|if|whether|not|never|may|might|could|would) [^.]*?"
        rf"({'|'.join(VERBS)}) ((?:the|an?) \w+)",
        scene.text,
    )
    return f"{match[2][0].upper()}{match[2][1:]} {VERBS[match[1]]}." if match else None


def exception_dropped(scene: Scene, chance: random.Random) -> str | None:
    """It is open, but not in June. -> It is open."""
    match = re.fullmatch(
        r"(?!.*\bnot only\b)([A-Z][^\"“]{15,}?),? (?:but (?:not|only|never|no)|except|unless|only if|if) [^\"“]+\.",
        scene.text,
    )
    return f"{match[1]}." if match else None


def told_of_another_name(scene: Scene, chance: random.Random) -> str | None:
    """What a ", who …" says, of another name in the sentence."""
    match = re.search(r"\b([A-Z][a-z]+(?: [A-Z][a-z]+)*), who ([^,.\"“]{8,})[,.]", scene.text)
    others = [name for name in NAME.findall(scene.text) if match and name not in match[1] and match[1] not in name]
    others = [name for name in others if match and name not in match[2]]
    return f"{chance.choice(others)} {match[2]}." if match and others else None


def time_of_another_clause(scene: Scene, chance: random.Random) -> str | None:
    """In 1990, A won; in 1992, B won. -> In 1990, B won."""
    match = re.search(
        r"\b([Ii]n|[Oo]n|[Aa]fter|[Bb]efore|[Dd]uring) ([^,;]{2,30}), [^;.\"“]+[,;] (?:and |but |while )?"
        r"(?:in|on|after|before|during) ([^,;]{2,30}),? ([^,;.\"“]{10,})[.,;]",
        scene.text,
    )
    return f"{match[1].capitalize()} {match[2]}, {match[4]}." if match and match[2] != match[3] else None


def subject_of_another_clause(scene: Scene, chance: random.Random) -> str | None:
    """A won, and B lost. -> A lost."""
    match = re.match(
        r"((?:The )?[A-Z][\w-]+(?: [A-Z]\w+)*) (?:\w+ed|was|were|is|has|had) [^,;\"“]+[,;] (?:and|but|while|whereas) "
        r"(?:the |a )?(?!who|which|that)[\w-]+ ((?:\w+ed|was|were|is|has|had) [^,;.\"“]+)",
        scene.text,
    )
    return f"{match[1]} {match[2]}." if match else None


LIES: dict[str, Change] = {
    function.__name__: function
    for function in (
        digit_changed, date_changed, number_word_changed, unit_changed, numbers_exchanged, number_of_something_else,
        number_glued_to_another_noun, names_exchanged, name_of_same_passage, name_of_other_passage, subject_of_another,
        pronoun_misnamed, negation_inserted, negation_dropped, doubt_dropped, opposite, content_invented, verb_invented,
        word_of_same_passage, quote_invented, quote_altered, clauses_of_two_sentences, comparison_turned,
        roles_exchanged_in_passive, done_by_another, hearsay_in_passive, exception_dropped, told_of_another_name,
        time_of_another_clause, subject_of_another_clause,
    )
}  # fmt: skip


# --- parts --------------------------------------------------------------------------------------------------


def _changed(before: str, after: str) -> str | None:
    return after if after != before else None


def _suffix(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _exchanged(text: str, first: re.Match[str], second: re.Match[str]) -> str:
    return text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[second.end() :]


def _renamed(scene: Scene, chance: random.Random, texts: Sequence[str]) -> str | None:
    own = list(NAME.finditer(scene.text))
    other = [name for text in texts for name in NAME.findall(text) if name not in scene.text]
    if not own or not other:
        return None
    match = chance.choice(own)
    return scene.text[: match.start()] + chance.choice(other) + scene.text[match.end() :]
