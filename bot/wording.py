"""English words for the proof: which say the same, which only tie a text together, which take back what is said.

Other languages have none of these lists; there a sentence is proven only by the very words of its source.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache


def _words(text: str) -> list[str]:
    return text.split()


ARTICLES = frozenset(("a", "an", "the"))
FREE = ARTICLES | frozenset(_words("that also too however moreover furthermore additionally"))

NUMBERS = {
    word: number
    for number, word in enumerate(
        _words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
} | {
    word: 10 * tens
    for tens, word in enumerate(_words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        _words(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        start=1,
    )
} | {
    word: 10 * tens
    for tens, word in enumerate(_words("thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth"), start=3)
}
SCALES = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip

NEGATIONS = frozenset(
    _words("not no never none nobody nothing nowhere neither nor without cannot hardly barely scarcely lack")
)
# Where such a word would be cut off, the rest is no longer what the source says: it holds under a condition, is
# somebody's word, or is denied.
RETRACTIONS = NEGATIONS | frozenset(
    _words("""
    if unless whether unclear unknown uncertain except excepted excluding excluded instead rather contrary unlike or
    either lest provided
    deny denied denies refuse refused refuses doubt doubted false falsely untrue wrong wrongly incorrect mistaken myth
    rumor fictional imaginary pretend pretended allege alleged alleges allegedly reportedly supposedly purportedly
    seemingly apparently ostensibly hypothetically theoretically according say said says claim claimed claims stated
    argue argued argues suggest suggested suggests believe believed believes think thought thinks write wrote writes
    report reported reports tell told tells announce announced announces assert asserted asserts
    insist insisted insists vow vowed vows swear swore swears warn warned warns fear feared fears promise promised
    promises guess guessed imagine imagined wonder wondered rumored
    """)
)
# And where these would be: it is only possible, planned, nearly so or no longer so. Behind the sentence, in a
# ", which …" of its own, they say nothing about it.
HEDGES = RETRACTIONS | frozenset(
    _words("""
    until only would could should might may can perhaps maybe possibly probably likely unlikely supposed suppose
    initially originally formerly previously once predict predicted predicts expect expected hope hoped hopes plan
    planned propose proposed fail failed fails try tried assume assumed assuming almost nearly so-called
    """)
)
CONDITIONS = frozenset(_words("when whenever while as"))  # unless what is told is past
PAST = re.compile(r"was|were|had|did|began|became|came|took|went|\w{2,}ed")
# What may open a clause or phrase that stands before or after the rest without changing what it says.
OPENERS = frozenset(
    _words("""
    in on at by for from with within during after before since until till through throughout under over above below
    between among across along around near against despite besides because when whenever while although though as if
    unless to into upon via following given
    """)
)
RELATIVES = frozenset(_words("who whom whose which where"))
CONNECTORS = frozenset(_words("and but while whereas"))
PRONOUNS = {
    **dict.fromkeys(("he", "she", "it", "they"), ""),
    **dict.fromkeys(("his", "her", "its", "their"), "'s"),
}
PRONOUN_KINDS = {
    **dict.fromkeys(("he", "she", "his", "her"), "person"),
    **dict.fromkeys(("it", "its"), "thing"),
    **dict.fromkeys(("they", "their"), "things"),
}
MODALS = frozenset(_words("can could will would shall should may might must"))
AUXILIARIES = MODALS | frozenset(_words("is are was were be been being am has have had do does did to"))
CONTRASTS = frozenset(_words("but yet whereas"))
TIMES = frozenset(_words("before after during since"))  # these begin a phrase that says when
# How much, how many or which of all: what limits such a word must not be cut off from it.
EXTENTS = frozenset(
    _words("""
    all any anything both each either every everybody everyone everything few fewer half just last least less many
    more most much several sole solely unique whole
    """)
)
# Adverbs without which an event would be told as more than it was.
WEAKENING = frozenset(
    _words("""
    conditionally erroneously incorrectly mistakenly narrowly nominally occasionally partially partly potentially
    practically rarely symbolically temporarily tentatively unofficially unsuccessfully virtually
    """)
)
NOUNS_IN_LY = frozenset(
    _words("ally anomaly assembly belly bully family fly folly lily monopoly rally reply supply tally")
)
TITLES = frozenset(
    _words("""
    acting ambassador assistant chairman chairwoman chancellor colonel commander commissioner congressman
    congresswoman deputy dr foreign former governor inspector lieutenant mayor minister mr mrs ms president prime
    professor secretary senator sergeant sir spokesman spokeswoman vice
    """)
)
DEMONSTRATIVES = frozenset(_words("this these those such"))
# Behind "it is": such an "it" stands for nothing said before, "it is known that …".
CERTAINTIES = frozenset(
    _words("""
    believed certain clear estimated expected important known likely possible probable reported said thought true
    unclear uncertain unknown unlikely
    """)
)
COPULAS = frozenset(_words("is was are were has had"))
PLACING = frozenset(_words("in at of from to near on for"))  # before a name: probably no person
# A name that goes on with one of these is not yet the whole subject: "Kenya and Haiti", "Kenya's president".
GOES_ON = frozenset(["and", "or", "of", "'s", "&", "nor", "for", "at", "in"])

_CONTRACTED = {"can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not")}
_ENDINGS = (("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'m", "am"))
_IS_SHORT = frozenset(_words("it he she that there here what who"))


@lru_cache(maxsize=20_000)
def words_of(written: str) -> tuple[str, ...]:
    """One word, or those of a contraction: `didn't` is did not, `Haiti's` is Haiti and its 's."""
    if "'" not in written and written != "cannot":
        return (written,)
    if written in _CONTRACTED:
        return _CONTRACTED[written]
    for ending, word in _ENDINGS:
        if written.endswith(ending) and len(written) > len(ending):
            return written.removesuffix(ending), word
    if written.endswith("'s"):
        base = written.removesuffix("'s")
        return base, "is" if base in _IS_SHORT else "'s"
    return (written,)


_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})is(e|ed|es|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})(?<!h)(?<!f)our(s|ed|ing|able|ite|hood|)$"), r"or\1"),
    (re.compile(r"(?<=[a-z]{2}[bt])re$"), "er"),
    (re.compile(r"(?<=[a-z]{2})ll(ed|ing)$"), r"l\1"),
    (re.compile(r"(?<=[a-z]{2})ogue(s?)$"), r"og\1"),
    (re.compile(r"^(def|off|lic)ence$"), r"\1ense"),
    (re.compile(r"^programme(s?)$"), r"program\1"),
    (re.compile(r"^grey$"), "gray"),
)
_HISSES = ("sses", "xes", "zzes", "ches", "shes")


@lru_cache(maxsize=50_000)
def key_of_word(word: str) -> str:
    """The same for singular and plural, British and American spelling, with and without accents."""
    if not word.isascii():
        return _without_accents(word)
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    return _SYNONYMS.get(word) or _SYNONYMS.get(_singular(word)) or _singular(word)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(_HISSES) else word[:-1]


def _without_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    if not decomposed[0].isascii():
        return word
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


_SYNONYM_GROUPS = """
    start begin commence|started began commenced|starting beginning commencing
    big large|bigger larger|biggest largest|quick fast rapid|quickly rapidly
    buy purchase|bought purchased|help assist|helped assisted|helping assisting
    usually normally|often frequently|mainly primarily chiefly|entirely completely wholly
    whole entire|film movie|car automobile|country nation|folder directory|error mistake
    build construct|built constructed|building constructing|finish complete|finished completed
    use utilize|used utilized|using utilizing|child kid|famous well-known
    located situated|lie lies|founded established|said stated
    although though|till until|allow permit|allowed permitted|allowing permitting
    forbid prohibit|forbade prohibited|forbidden prohibited|delete remove|deleted removed
    choose select|chose selected|chosen selected|nearly almost|whilst while|amongst among|towards toward
    doctor physician|attorney lawyer|illness disease|sofa couch|rich wealthy|sufficient enough
    hurt injured|recaptured retook|roughly approximately circa|get obtain|got obtained|answer reply|mail email
    defeated beat|occur happen|occurred happened|display show|displayed showed
    require need|required needed
    """
_SYNONYMS = {
    word: group.split()[0]
    for line in _SYNONYM_GROUPS.strip().splitlines()
    for group in line.strip().split("|")
    for word in group.split()
}


def _phrases() -> Iterator[tuple[str, str, bool]]:
    """A phrase, the words that stand for it, and whether it must stand before a number."""
    for phrase in ("about", "around", "some", "approximately", "roughly", "circa", "ca"):
        yield phrase, "roughly", True
    yield from (("more than", "over", True), ("less than", "under", True), ("fewer than", "under", True))
    yield from (("in order to", "to", False), ("as well as", "and", False), ("due to", "because of", False))
    yield from (("is located in", "lie in", False), ("is situated in", "lie in", False), ("lies in", "lie in", False))
    yield from (("even though", "although", False), ("is able to", "can", False), ("are able to", "can", False))
    yield from (("e mail", "email", False), ("per cent", "percent", False), ("prior to", "before", False))
    yield from (("a few", "several", False), ("a little", "slightly", False))
    yield from (("in spite of", "despite", False), ("took place", "occurred", False), ("a lot of", "many", False))
    yield from (("remains unclear", "is unclear", False), ("remains unknown", "is unknown", False))
    yield from (("not clear", "unclear", False), ("not known", "unknown", False), ("not certain", "uncertain", False))


PHRASES: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], bool]]] = {}
for _phrase, _meaning, _before_number in _phrases():
    _keys = tuple(map(key_of_word, _meaning.split()))
    PHRASES.setdefault(_phrase.split()[0], []).append((tuple(_phrase.split()), _keys, _before_number))
