"""What there is inside a scope, in figures and titles."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.overview import TITLES, Overview, Overviews, overview_of
from bot.scope import EVERYTHING, Scope
from bot.source import CatalogSource
from index.catalog import Catalog, FileRecord
from index.document import Document
from tests.fakes import FakeSource, passage_of, summary_of

NOON = datetime(2024, 6, 7, 12, tzinfo=UTC)
NOON_NS = int(NOON.timestamp()) * 10**9


def put(catalog: Catalog, id: str, *, title: str | None = None, passages: int = 1, mtime_ns: int = NOON_NS) -> None:
    document = Document(id, "x" * passages, title)
    cut = [passage_of(document, place, place + 1) for place in range(passages)]
    catalog.replace(FileRecord(id, 1, mtime_ns, "0"), [(document, cut)])


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite") as opened:
        yield opened


@pytest.fixture
def overviews(catalog) -> Overviews:
    return Overviews(CatalogSource(catalog, None))


def test_an_empty_index_has_nothing_to_show(overviews):
    """No figure, no title, no time."""
    assert overviews.of(EVERYTHING) == Overview(0, 0, (), None)


def test_documents_and_passages_are_counted_and_the_latest_named_first(catalog, overviews):
    """By the order in which they came into the index, whatever their names; by their labels."""
    put(catalog, "z.md", passages=2)
    put(catalog, "a.md", title="Alpha", mtime_ns=NOON_NS - 10**9)
    put(catalog, "m.md")
    assert overviews.of(EVERYTHING) == Overview(3, 4, ("m", "Alpha", "z"), NOON)
    put(catalog, "z.md")
    assert overviews.of(EVERYTHING).titles == ("z", "m", "Alpha")


def test_what_is_outside_the_scope_is_not_counted(catalog, overviews):
    """Nor is the time at which it changed."""
    put(catalog, "hr/a.md", mtime_ns=NOON_NS)
    put(catalog, "law/b.md", mtime_ns=NOON_NS + 10**12, passages=3)
    assert overviews.of(Scope(("hr/*",))) == Overview(1, 1, ("a",), NOON)
    assert overviews.of(Scope(())) == Overview(0, 0, (), None)


def test_no_more_than_a_few_titles_are_told(catalog, overviews):
    """A listing is for a page of its own."""
    for number in range(15):
        put(catalog, f"{number:02}.md")
    overview = overviews.of(EVERYTHING)
    assert (overview.documents, overview.titles) == (15, tuple(f"{number:02}" for number in range(14, 4, -1)))
    assert len(overview.titles) == TITLES


def test_documents_of_one_file_stand_in_their_order(catalog, overviews):
    """They came at the same time."""
    rows = [Document(f"rows.jsonl#{name}", name, name) for name in "abc"]
    catalog.replace(FileRecord("rows.jsonl", 1, NOON_NS, "0"), [(row, [passage_of(row)]) for row in rows])
    assert overviews.of(EVERYTHING).titles == ("a", "b", "c")


def test_documents_are_looked_through_once_for_each_change(catalog, overviews, monkeypatch):
    """A page that is opened often costs nothing then."""
    put(catalog, "a.md")
    looks: list[int] = []
    documents = catalog.documents
    monkeypatch.setattr(catalog, "documents", lambda: looks.append(1) or documents())
    for _ in range(3):
        overviews.of(EVERYTHING)
        overviews.of(Scope(("a*",)))
    assert len(looks) == 2
    put(catalog, "b.md")
    assert overviews.of(EVERYTHING).documents == 2
    assert len(looks) == 3


def test_more_scopes_than_are_remembered_are_all_right(catalog, overviews):
    """The oldest is looked up again."""
    put(catalog, "1.md")
    for _ in range(2):
        found = [overviews.of(Scope((f"{number}.md",))).documents for number in range(40)]
        assert found == [0, 1] + [0] * 38


@given(st.integers(-(2**63), 2**63 - 1))
def test_no_time_of_a_file_is_too_strange(mtime_ns):
    """Before the calendar and behind it there is none; all others are told to the microsecond."""
    changed_at = overview_of([summary_of(Document("a", ""), mtime_ns=mtime_ns)]).changed_at
    assert changed_at is None or abs(changed_at.timestamp() - mtime_ns / 1e9) < 0.001


async def test_a_source_without_a_catalog_has_one_too():
    """Whatever lists documents can be looked through."""
    source = FakeSource(Document("a.md", "text"))
    assert Overviews(source).of(EVERYTHING).titles == ("a",)


def test_an_older_look_is_taken_for_older():
    """What changes while it is looked through is looked through again."""
    source = FakeSource(Document("a.md", "text"))
    listing = source.listing

    def changing():
        listed = listing()
        source.documents["b.md"] = Document("b.md", "text")
        source.change = 1
        return listed

    source.listing = changing
    overviews = Overviews(source)
    assert overviews.of(EVERYTHING).documents == 1
    assert overviews.of(EVERYTHING).documents == 2
