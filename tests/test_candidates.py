"""Which sentences of a passage may become part of an answer."""

from bot.candidates import candidates
from index.document import Document, Markup
from tests.fakes import hit_of

TEXT = """# Ferries

The ferry leaves at noon. It takes cars.

Prices:

```
SELECT 1;
```
"""


def test_only_sentences_are_candidates():
    """Headings, labels and code would read as fragments."""
    found = candidates([hit_of(Document("a.md", TEXT, markup=Markup.MARKDOWN))])
    assert [one.text for one in found] == ["The ferry leaves at noon.", "It takes cars."]


def test_places_are_those_of_the_document():
    """A passage in the middle of a document gives offsets into the whole text."""
    document = Document("a.txt", "First things first. The ferry leaves at noon. It takes cars.")
    (first, second) = candidates([hit_of(document, start=20)])
    assert [document.text[one.start : one.end] for one in (first, second)] == [first.text, second.text]


def test_each_knows_what_stands_before_it():
    """“It takes cars” needs the ferry to be understood."""
    (first, second) = candidates([hit_of(Document("a.txt", "The ferry leaves at noon. It takes cars."))])
    assert (first.before, second.before) == ("", "The ferry leaves at noon.")


def test_rows_are_candidates_and_name_their_columns():
    """A line of a table answers as well as a sentence; the line that names the columns answers nothing."""
    table = Document("a.csv", "port,ships\nLe Havre,12\n", markup=Markup.ROWS)
    (row,) = candidates([hit_of(table, headings=("port,ships",))])
    assert (row.text, row.shown) == ("Le Havre,12", "port: Le Havre; ships: 12")


def test_rows_of_a_markdown_table_name_their_columns():
    """The names stand above the rule."""
    table = Document("a.md", "| City | Limit |\n| --- | --- |\n| Paris | 180 euros |\n", markup=Markup.MARKDOWN)
    (row,) = candidates([hit_of(table)])
    assert (row.text, row.shown) == ("| Paris | 180 euros |", "City: Paris; Limit: 180 euros")


def test_the_same_words_have_one_identity():
    """Case, spacing and punctuation do not make another sentence."""
    (one,) = candidates([hit_of(Document("a.txt", "The ferry leaves  at noon."))])
    (other,) = candidates([hit_of(Document("b.txt", "The Ferry leaves at noon!"))])
    assert one.identity == other.identity
