"""Our retriever inside LlamaIndex: it composes, keeps its offsets, and touches nothing global."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.wiring import index_documents
from index.catalog import Catalog, FileRecord
from index.document import Document, Page, Passage
from index.progress import unheard
from index.retriever import Hit, Retriever
from tests.fakes import FakeEmbedding

README = Path(__file__).parents[1] / "README.md"
TEXT = "Herons wade.\nThe heron stands in the water.\nStorks nest on chimneys."


@pytest.fixture
def retriever(tmp_path):
    document = Document("birds/heron.pdf", TEXT, "The heron", pages=(Page(7, 0, len(TEXT)),))
    spans = [(0, 12), (13, 43), (44, len(TEXT))]
    passages = [
        Passage(document.id, document.label, document.sha256, start, end, TEXT[start:end], page=7)
        for start, end in spans
    ]
    with Catalog.open(tmp_path / "catalog.sqlite3") as catalog:
        catalog.replace(FileRecord(document.id, 1, 1, "0"), [(document, passages)])
        yield Retriever(catalog, None, FakeEmbedding())


@pytest.fixture
def adapter(retriever):
    from index.llama_retriever import FootnoteRetriever

    return FootnoteRetriever(retriever, limit=3)


def test_nodes_say_where_they_stand(adapter):
    """Text, place, page and version of each passage, scored as we scored it."""
    best = adapter.retrieve("water")[0]
    metadata = best.node.metadata
    assert best.node.get_content() == TEXT[metadata["start"] : metadata["end"]] == "The heron stands in the water."
    assert (metadata["document"], metadata["title"], metadata["page"]) == ("birds/heron.pdf", "The heron", 7)
    assert metadata["sha256"] == Document("x", TEXT).sha256
    assert best.score == 1.0


def test_ids_are_stable_and_distinct(adapter):
    """Asking again gives the same nodes, so that other parts may remember them."""
    first = [hit.node.node_id for hit in adapter.retrieve("heron stork wade")]
    assert first == [hit.node.node_id for hit in adapter.retrieve("heron stork wade")]
    assert len(set(first)) == 3


async def test_asynchronous_retrieving_is_the_same_in_another_thread(retriever):
    """The loop stays free meanwhile."""
    from index.llama_retriever import FootnoteRetriever

    threads: list[int] = []

    class Watched(Retriever):
        def __init__(self) -> None:
            pass

        def retrieve(self, question: str, limit: int = 10) -> list[Hit]:
            threads.append(threading.get_ident())
            return retriever.retrieve(question, limit)

    adapter = FootnoteRetriever(Watched())
    found = [hit.node.node_id for hit in await adapter.aretrieve("heron")]
    assert threads.pop() != threading.get_ident()
    assert found == [hit.node.node_id for hit in adapter.retrieve("heron")]


def test_the_example_of_the_readme_works(empty_folder, capsys):
    """What newcomers copy finds the passage in an index that the program has made."""
    (empty_folder / "seeds").mkdir()
    (empty_folder / "seeds" / "mission.md").write_text("Otunge commands the security mission in Haiti.")
    index_documents(Settings(documents=empty_folder / "seeds"), unheard)
    section = README.read_text(encoding="utf-8").partition("## As a retriever of LlamaIndex\n")[2]
    example = re.findall(r"^```python\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[0]
    namespace: dict[str, Any] = {}
    exec(example, namespace)
    namespace["catalog"].close()
    assert capsys.readouterr().out.endswith("mission.md Otunge commands the security mission in Haiti.\n")


def test_it_composes_with_a_query_engine_and_leaves_the_settings_alone(adapter):
    """A stock engine answers over our passages; the global settings still know no model."""
    from llama_index.core import Settings
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    engine = RetrieverQueryEngine.from_args(adapter, llm=MockLLM())
    response = engine.query("Where does the heron stand?")
    assert "The heron stands in the water." in str(response)
    assert response.source_nodes[0].node.metadata["document"] == "birds/heron.pdf"
    assert Settings._llm is None
    assert Settings._embed_model is None
