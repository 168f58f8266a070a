"""Proof: nothing is presented as fact that does not stand in its source."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Sentence
from bot.citations import DocumentOf, Prover, marked_text
from bot.draft import DraftSentence, Support
from index.document import Document, Markup, Page
from tests.fakes import hit_of

PORT = Document("port.txt", "The port reopened on May 3. It handles 40 ships a day.")
SHIPS = Document("ships.txt", "It handles 40 ships a day.")
KENYA = Document("kenya.txt", "Mary Smith is the commander. She left in June.")
DOCUMENTS = {document.id: document for document in (PORT, SHIPS, KENYA)}


def support(document: Document, quote: str) -> Support:
    start = document.text.index(quote)
    return Support(hit_of(document), start, start + len(quote), quote)


def proven(text: str, *supports: Support, documents: DocumentOf = DOCUMENTS.get) -> tuple[Sentence, Prover]:
    prover = Prover(documents)
    return prover.prove(DraftSentence(text, supports)), prover


def test_a_supported_sentence_gets_its_footnote():
    """The quote is the document's text at the cited place, in the cited version."""
    sentence, prover = proven("It handles 40 ships a day.", support(PORT, "It handles 40 ships a day."))
    (citation,) = prover.citations
    assert marked_text([sentence]) == "It handles 40 ships a day. [1]"
    assert PORT.text[citation.start : citation.end] == citation.quote
    assert citation.sha256 == PORT.sha256
    assert citation.url.startswith("/documents/port.txt?")


def test_numbers_follow_first_use_and_are_shared():
    """The same span is one footnote, however often it is cited."""
    first, second = support(PORT, "The port reopened on May 3."), support(SHIPS, SHIPS.text)
    prover = Prover(DOCUMENTS.get)
    judged = [
        prover.prove(DraftSentence("It handles forty ships a day.", (second,))),
        prover.prove(DraftSentence("The port reopened on 3 May, and it handles 40 ships a day.", (first, second))),
        prover.prove(DraftSentence("The port reopened on 3 May.", (first,))),
    ]
    assert [one.citations for one in judged] == [(1,), (), (2,)]  # “it” is not the port of another document
    assert [one.document for one in prover.citations] == ["ships.txt", "port.txt"]
    assert marked_text(judged) == "It handles forty ships a day. [1] The port reopened on 3 May. [2]"


def test_supports_that_prove_it_each_by_itself_are_all_cited():
    """Two documents that say the same are two footnotes."""
    sentence, _ = proven(
        "It handles 40 ships a day.", support(PORT, "It handles 40 ships a day."), support(SHIPS, SHIPS.text)
    )
    assert sentence.citations == (1, 2)


def test_supports_that_prove_it_together_are_all_cited_and_an_idle_one_is_not():
    """Every citation that remains contributes."""
    parts = [support(KENYA, "Mary Smith is the commander."), support(PORT, "The port reopened on May 3.")]
    idle = support(SHIPS, SHIPS.text)
    sentence, prover = proven("Mary Smith is the commander, and the port reopened on May 3.", parts[0], idle, parts[1])
    assert sentence.citations == (1, 2)
    assert [one.document for one in prover.citations] == ["kenya.txt", "port.txt"]


def test_a_name_for_a_pronoun_needs_the_sentence_that_says_it_in_the_quote():
    """The name must stand in the quote."""
    assert proven("Mary Smith left in June.", support(KENYA, KENYA.text))[0].citations == (1,)
    alone, _ = proven("Mary Smith left in June.", support(KENYA, "She left in June."))
    assert alone.withheld == "Mary Smith does not stand in its sources"


def test_an_altered_quote_takes_its_sentence_along():
    """One wrong letter is no quote."""
    false = replace(support(PORT, "The port reopened on May 3."), quote="The port reopened on May 8.")
    sentence, prover = proven("The port reopened on May 8.", false)
    assert sentence.citations == prover.citations == ()
    assert sentence.withheld == "its source has changed or is gone"


def test_a_document_that_changed_or_is_gone_proves_nothing():
    """The footnote would open on other words."""
    said = support(PORT, "The port reopened on May 3.")
    changed = replace(PORT, text=PORT.text + " It is closed on Sundays.")
    for documents in ({"port.txt": changed}.get, {}.get):
        sentence, _ = proven("The port reopened on May 3.", said, documents=documents)
        assert sentence.withheld == "its source has changed or is gone"


def test_a_number_that_the_quote_does_not_hold_is_withheld():
    """“50 ships” is not supported by a quote that says 40, and the reader is told so."""
    sentence, prover = proven("It handles 50 ships a day.", support(SHIPS, SHIPS.text))
    assert sentence == Sentence("It handles 50 ships a day.", (), "50 does not stand in its sources")
    assert prover.citations == ()


def test_a_sentence_without_supports_is_withheld():
    """Nothing retrieved says it."""
    assert proven("Bananas contain potassium.")[0].withheld == "no source says it"


def test_commas_between_cells_are_no_part_of_a_number():
    """In a row, not in prose: “1,200 ships” does not say 200."""
    table = Document("prices.csv", "item,price,stock\nred lamp,14.50,220\n", markup=Markup.ROWS)
    row = support(table, "red lamp,14.50,220")
    documents = {"prices.csv": table}.get
    assert proven("item: red lamp; price: 14.50; stock: 220", row, documents=documents)[0].citations
    assert not proven("item: red lamp; price: 220; stock: 14.50", row, documents=documents)[0].citations
    prose = Document("a.txt", "There are 1,200 ships.")
    assert not proven("There are 200 ships.", support(prose, prose.text), documents={"a.txt": prose}.get)[0].citations


def test_a_row_of_a_markdown_table_is_proven_with_its_columns():
    """Wherever in the table it stands."""
    table = Document("t.md", "| item | price |\n| --- | --- |\n| lamp | 14 |\n| desk | 3 |\n", markup=Markup.MARKDOWN)
    documents = {"t.md": table}.get
    assert proven("item: desk; price: 3", support(table, "| desk | 3 |"), documents=documents)[0].citations
    assert not proven("item: desk; price: 14", support(table, "| desk | 3 |"), documents=documents)[0].citations


def test_one_good_support_is_enough():
    """What fails is dropped, what holds is cited."""
    false = replace(support(PORT, "It handles 40 ships a day."), quote="It handles 40 boats a day.")
    _, prover = proven("It handles 40 ships a day.", false, support(SHIPS, SHIPS.text))
    assert [one.document for one in prover.citations] == ["ships.txt"]


def test_a_footnote_names_the_page_of_its_quote():
    """Not the page on which the passage begins."""
    text = "This is the first page. This is the second page."
    paged = Document("a.pdf", text, pages=(Page(1, 0, 23), Page(2, 23, len(text))))
    second = support(paged, "This is the second page.")
    _, prover = proven("This is the second page.", second, documents={"a.pdf": paged}.get)
    assert prover.citations[0].page == 2


def test_numbers_in_brackets_that_a_text_brings_along_are_no_footnotes():
    """Only those that are proven are shown."""
    noted = Document("n.txt", "The port reopened [7] on May 3 [2, 3].")
    sentence, _ = proven(
        "The port reopened [7] on May 3 [[1]2].", support(noted, noted.text), documents={"n.txt": noted}.get
    )
    assert marked_text([sentence]) == "The port reopened on May 3. [1]"


def test_each_document_is_asked_for_once():
    """All sentences of an answer are checked against the same version."""
    asked: list[str] = []

    def document_of(id: str) -> Document | None:
        asked.append(id)
        return DOCUMENTS.get(id)

    prover = Prover(document_of)
    for _ in range(3):
        prover.prove(DraftSentence("It handles 40 ships a day.", (support(SHIPS, SHIPS.text),)))
    assert asked == ["ships.txt"]


@given(st.text(min_size=1, max_size=60), st.data())
def test_every_quote_that_is_cited_equals_its_span(text, data):
    """Whatever spans and sentences a writer claims, only true ones come through, each with a citation or a reason."""
    document = Document("any.txt", text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = data.draw(st.one_of(st.just(text[start:end]), st.text(max_size=10)))
    said = data.draw(st.one_of(st.just(text[start:end]), st.text(max_size=10)))
    sentence, prover = proven(said, Support(hit_of(document), start, end, quote), documents={"any.txt": document}.get)
    assert bool(sentence.citations) != bool(sentence.withheld)
    for citation in prover.citations:
        assert text[citation.start : citation.end] == citation.quote


MEN = Document("men.txt", "Mary Smith leads the mission. She was born in Haiti. She left in June. Ann Lee came in May.")


def told(*sentences: tuple[str, str]) -> list[bool]:
    """Which of the sentences, each with its quote, are proven one after another."""
    prover = Prover({"men.txt": MEN}.get)
    return [bool(prover.prove(DraftSentence(text, (support(MEN, quote),))).citations) for text, quote in sentences]


SMITH, LEE = "Mary Smith leads the mission.", "Ann Lee came in May."


def test_a_pronoun_means_whom_the_sentence_before_it_speaks_of():
    """In the answer as in the source, also where the answer leaves out sentences about the same person."""
    assert told((SMITH, SMITH), ("She was born in Haiti.", "She was born in Haiti.")) == [True, True]
    assert told((SMITH, SMITH), ("She left in June.", "She left in June.")) == [True, True]


def test_a_pronoun_behind_a_sentence_about_somebody_else_is_withheld():
    """The source does not say it of her."""
    assert told((LEE, LEE), ("She left in June.", "She left in June.")) == [True, False]


def test_a_pronoun_from_within_a_quote_is_about_whom_that_quote_names():
    """“He left.”, cut out of a sentence about Conille, says nothing about Otunge."""
    document = Document("c.txt", "Otunge spoke in Haiti. In June, Conille paid the officers, and he left the city.")
    first, second = (support(document, quote + ".") for quote in document.text.rstrip(".").split(". "))
    inner = DraftSentence("He left the city.", (second,))
    astray, behind = Prover({"c.txt": document}.get), Prover({"c.txt": document}.get)
    astray.prove(DraftSentence(first.quote, (first,)))
    behind.prove(DraftSentence("In June, Conille paid the officers.", (second,)))
    assert [bool(prover.prove(inner).citations) for prover in (astray, behind)] == [False, True]


def test_so_does_a_this_or_these():
    """“These officers” are those of the sentence before it."""
    text = "Kenya sent officers. These officers left in June. Haiti paid."
    document = Document("o.txt", text)
    first, second, third = (support(document, quote + ".") for quote in text.rstrip(".").split(". "))
    prover, other = Prover({"o.txt": document}.get), Prover({"o.txt": document}.get)
    behind = [prover.prove(DraftSentence(one.quote, (one,))) for one in (first, second)]
    astray = [other.prove(DraftSentence(one.quote, (one,))) for one in (third, second)]
    assert [bool(one.citations) for one in (*behind, *astray)] == [True, True, True, False]


def test_a_pronoun_may_stand_for_a_name_that_the_source_repeats():
    """“She” is whom the answer has just named, if nobody else can be meant."""
    assert told(("Ann Lee came in May.", LEE), ("She came in May.", LEE)) == [True, True]
    assert told((SMITH, SMITH), ("She came in May.", LEE)) == [True, False]
