"""Proof: nothing is presented as fact that does not stand in its source."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.citations import prove
from bot.draft import DraftSentence, Support
from index.document import Document, Markup, Page
from tests.fakes import hit_of

PORT = Document("port.txt", "The port reopened on May 3. It handles 40 ships a day.")
SHIPS = Document("ships.txt", "About 40 ships call each day.")
DOCUMENTS = {document.id: document for document in (PORT, SHIPS)}


def support(document: Document, quote: str) -> Support:
    start = document.text.index(quote)
    return Support(hit_of(document), start, start + len(quote), quote)


def sentence(text: str, *supports: Support) -> DraftSentence:
    return DraftSentence(text, supports)


def test_a_supported_sentence_gets_its_footnote():
    """The quote is the document's text at the cited place, in the cited version."""
    proven = prove([sentence("It handles 40 ships a day.", support(PORT, "It handles 40 ships a day."))], DOCUMENTS.get)
    (citation,) = proven.citations
    assert proven.text == "It handles 40 ships a day. [1]"
    assert PORT.text[citation.start : citation.end] == citation.quote
    assert citation.sha256 == PORT.sha256
    assert citation.url.startswith("/documents/port.txt?")


def test_numbers_follow_first_use_and_are_shared():
    """The same span is one footnote, however often it is cited."""
    first, second = support(PORT, "The port reopened on May 3."), support(SHIPS, SHIPS.text)
    drafted = [sentence("A.", second), sentence("B.", first, second)]
    proven = prove(drafted, DOCUMENTS.get)
    assert [one.citations for one in proven.sentences] == [(1,), (2, 1)]
    assert [one.document for one in proven.citations] == ["ships.txt", "port.txt"]
    assert proven.text == "A. [1] B. [2][1]"


def test_an_altered_quote_takes_its_sentence_along():
    """One wrong letter is no quote."""
    false = replace(support(PORT, "The port reopened on May 3."), quote="The port reopened on May 8.")
    assert prove([sentence("The port reopened.", false)], DOCUMENTS.get).sentences == ()


def test_a_document_that_changed_or_is_gone_proves_nothing():
    """The footnote would open on other words."""
    drafted = [sentence("The port reopened.", support(PORT, "The port reopened on May 3."))]
    changed = replace(PORT, text=PORT.text + " It is closed on Sundays.")
    assert prove(drafted, {"port.txt": changed}.get).sentences == ()
    assert prove(drafted, {}.get).sentences == ()


def test_a_number_that_the_quote_does_not_hold_is_withheld():
    """“50 ships” is not supported by a quote that says 40."""
    drafted = [sentence("About 50 ships call each day.", support(SHIPS, SHIPS.text))]
    assert prove(drafted, DOCUMENTS.get).sentences == ()


def test_commas_between_cells_are_no_part_of_a_number():
    """In a row, not in prose: “1,200 ships” does not say 200."""
    table = Document("prices.csv", "item,price,stock\nred lamp,14.50,220\n", markup=Markup.ROWS)
    drafted = [sentence("price: 14.50; stock: 220", support(table, "red lamp,14.50,220"))]
    assert prove(drafted, {"prices.csv": table}.get).sentences
    prose = Document("a.txt", "There are 1,200 ships.")
    assert not prove([sentence("200 ships.", support(prose, prose.text))], {"a.txt": prose}.get).sentences


def test_one_good_support_is_enough():
    """What fails is dropped, what holds is cited."""
    false = replace(support(PORT, "It handles 40 ships a day."), quote="It handles 40 boats a day.")
    proven = prove([sentence("40 ships a day.", false, support(SHIPS, SHIPS.text))], DOCUMENTS.get)
    assert [one.document for one in proven.citations] == ["ships.txt"]


def test_a_footnote_names_the_page_of_its_quote():
    """Not the page on which the passage begins."""
    text = "First page. Second page."
    paged = Document("a.pdf", text, pages=(Page(1, 0, 12), Page(2, 12, len(text))))
    proven = prove([sentence("Second page.", support(paged, "Second page."))], {"a.pdf": paged}.get)
    assert proven.citations[0].page == 2


@given(st.text(min_size=1, max_size=60), st.data())
def test_every_quote_that_is_cited_equals_its_span(text, data):
    """Whatever spans a writer claims, only true ones come through."""
    document = Document("any.txt", text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = data.draw(st.one_of(st.just(text[start:end]), st.text(max_size=10)))
    drafted = [sentence("Said.", Support(hit_of(document), start, end, quote))]
    for citation in prove(drafted, {"any.txt": document}.get).citations:
        assert text[citation.start : citation.end] == citation.quote
