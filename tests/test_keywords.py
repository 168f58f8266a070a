"""Keywords on real FTS5: any question is words and nothing but words, in any script."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import keyword_index
from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
from index.keywords import indexed_text, match_expression, terms
from index.stemmer import Stemmer

CORPUS = [
    "The heron stands in the water and waits.",
    "Storks nest on chimneys; the stork is white.",
    "NEAR the river AND the lake, NOT far: a crane OR two.",
    "日本の首都は東京です。京都ではありません。",
    "Le café de la gare est fermé.",
    "text title keywords rowid rank",
]


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite3") as opened:
        yield opened


@pytest.fixture(scope="module")
def birds(tmp_path_factory):
    with Catalog.open(tmp_path_factory.mktemp("birds") / "catalog.sqlite3") as opened:
        put(opened, *CORPUS)
        yield opened


def put(catalog: Catalog, *texts: str, title: str = "-") -> None:
    """One document for each text."""
    documents = []
    for number, text in enumerate(texts):
        document = Document(f"all.jsonl#{number}", text, title)
        passage = Passage(document.id, title, document.sha256, 0, len(text), text)
        documents.append((document, [passage]))
    catalog.replace(FileRecord("all.jsonl", 1, 1, "0"), documents)


def found(catalog: Catalog, question: str) -> list[str]:
    numbers = [number for number, _ in catalog.keyword_search(question, 100)]
    passages = catalog.passages(numbers)
    return [passages[number].text for number in numbers]


WORDS = [
    "heron",
    "storks",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "near(",
    "text",
    "title:",
    "water*",
    "^crane",
    "東",
    "東京",
]
GRAMMAR = [
    '"',
    "'",
    "*",
    "^",
    ":",
    "-",
    "+",
    "(",
    ")",
    "{",
    "}",
    ",",
    "NEAR(a b, 2)",
    "\0",
    "😀",
    "\ud800",
    ";--",
    "%",
]
questions = st.text() | st.lists(st.sampled_from(WORDS + GRAMMAR)).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda glue: glue.join(parts))
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions)
def test_any_question_finds_exactly_the_texts_that_share_a_word_with_it(birds, question):
    """No character of a question is an operator: what is found follows from its words alone."""
    stemmer = Stemmer()
    wanted = {stem for term in terms(question)[:16] for stem in stemmer.stems(term)}
    expected = {text for text in CORPUS if wanted & set(stemmer.stems(text))}
    hits = found(birds, question)
    halves = {term for term in terms(question) if len(term) == 1}
    assert {text for text in hits if not any(half in text.lower() for half in halves)} <= expected <= set(hits)
    assert len(set(hits)) == len(hits)


@settings(max_examples=300)
@given(text=st.text())
def test_any_text_can_be_indexed(text):
    """What is given to SQLite can be encoded and holds no NUL; plain ASCII stays as it is."""
    given_to_sqlite = indexed_text(text)
    given_to_sqlite.encode()
    assert "\0" not in given_to_sqlite
    if text.isascii() and "\0" not in text:
        assert given_to_sqlite == text


@pytest.mark.parametrize(
    "operator",
    [
        '"heron',
        "heron AND crane",
        "heron NOT water",
        "heron*",
        "title:heron",
        "^heron",
        "-heron",
        "NEAR(heron x)",
    ],
)
def test_operators_are_words(birds, operator):
    """Each of these would mean something else, or be an error, as an FTS5 expression."""
    assert CORPUS[0] in found(birds, operator)


def test_a_column_name_is_a_word(birds):
    """A question about titles does not search a column."""
    assert found(birds, "title: keywords") == [CORPUS[5]]


def test_words_are_found_in_any_form(birds):
    """Stemmed, whatever the case, with or without accents, composed or not, full-width or not."""
    for question in ("HERONS", "standing", "ｈｅｒｏｎ"):
        assert CORPUS[0] in found(birds, question)
    for question in ("cafe", "CAFÉ", "cafe\u0301", "ferme", "ca\u00adfé"):
        assert CORPUS[4] in found(birds, question)


def test_text_in_other_forms_is_found_by_plain_words(catalog):
    """Ligatures, soft hyphens and decomposed accents of a PDF do not hide its words."""
    put(catalog, "the ﬁnal multi\u00adnational re\u0301sume\u0301")
    for question in ("final", "multinational", "résumé"):
        assert len(found(catalog, question)) == 1


def test_scripts_without_spaces_are_searched_by_pairs(catalog):
    """A word inside a sentence is found, and one that only shares single characters is not."""
    put(catalog, "私は東京に住む", "京都は古い都", "กรุงเทพมหานครเป็นเมืองหลวง", "서울에서 만나요")
    assert found(catalog, "東京") == ["私は東京に住む"]
    assert found(catalog, "古い都") == ["京都は古い都"]
    assert found(catalog, "กรุงเทพ") == ["กรุงเทพมหานครเป็นเมืองหลวง"]
    assert found(catalog, "서울") == ["서울에서 만나요"]


def test_one_character_of_such_a_script_is_a_word(catalog):
    """It is found wherever it stands, at the end of a text too."""
    put(catalog, "犬がいる", "これは犬", "猫がいる")
    assert sorted(found(catalog, "犬")) == ["これは犬", "犬がいる"]


def test_vowel_signs_belong_to_words(catalog):
    """Hindi words are words, not heaps of letters."""
    put(catalog, "हिन्दी सीखो", "ह न द स ख")
    assert found(catalog, "हिन्दी") == ["हिन्दी सीखो"]


def test_stop_words_are_dropped_unless_there_is_nothing_else():
    """They would only cost time; but a question made of them is asked as it is."""
    assert terms("Who is the heron of the lake?") == ["heron", "lake"]
    assert terms("Who is it?") == ["who", "is", "it"]
    assert terms("?!") == []


def test_a_word_is_asked_for_once():
    """Repeating a word does not make it weigh more."""
    assert terms("heron Heron HERON stork") == ["heron", "stork"]


def test_an_expression_is_quoted_words():
    """The only operator is the OR between them, and the star behind half a pair."""
    assert match_expression(["and", "heron", "犬"]) == '"and" OR "heron" OR "犬"*'


def test_the_title_counts(catalog):
    """A word of the document's title finds its passages."""
    put(catalog, "It stands in the water.", title="The heron")
    assert len(found(catalog, "heron")) == 1


def test_scores_are_positive_and_fall(birds):
    """Best first, and never zero, so that they can be divided by the best."""
    scores = [score for _, score in birds.keyword_search("heron stork the water nest white", 100)]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_the_limit_is_kept(birds):
    """No more than asked for, and those are the best."""
    assert birds.keyword_search("heron stork crane", 2) == birds.keyword_search("heron stork crane", 100)[:2]


def test_common_words_give_way_to_rare_ones(catalog, monkeypatch):
    """Where ranking all words would take too long, the rare ones decide."""
    monkeypatch.setattr(keyword_index, "MOST_PASSAGES", 5)
    put(catalog, *["common"] * 8, "rare common", "scarce")
    assert sorted(found(catalog, "common rare scarce unheard")) == ["rare common", "scarce"]


def test_a_common_word_alone_is_still_asked_for(catalog, monkeypatch):
    """Slow is better than silent."""
    monkeypatch.setattr(keyword_index, "MOST_PASSAGES", 5)
    put(catalog, *["common"] * 8)
    assert len(found(catalog, "common unheard")) == 8


def test_a_long_question_asks_for_its_rarest_words(catalog):
    """Hundreds of words neither fail nor hide the one that tells."""
    noise = [f"noise{number}" for number in range(300)]
    put(catalog, " ".join(noise), " ".join(noise), "heron")
    assert "heron" in found(catalog, " ".join([*noise, "heron"]))


def test_stems_are_those_of_the_index(birds):
    """In the order of the text; repeated where the text repeats."""
    assert birds.stems("Running STORKS, cafés; storks!") == ["run", "stork", "cafe", "stork"]


def test_frequencies_count_passages_and_follow_changes(catalog):
    """Of stems, as of now; a stem that stands nowhere has none."""
    put(catalog, "a stork and a stork", "storks", "heron")
    assert catalog.document_frequencies(["stork", "heron", "emu"]) == ({"stork": 2, "heron": 1, "emu": 0}, 3)
    put(catalog, "emu")
    assert catalog.document_frequencies(["stork", "emu"]) == ({"stork": 0, "emu": 1}, 1)
