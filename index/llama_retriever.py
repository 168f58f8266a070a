"""The retriever as one of LlamaIndex's, to be composed with its engines. Importing it takes seconds."""

import asyncio
import hashlib

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.retriever import Hit, Retriever


class FootnoteRetriever(BaseRetriever):
    """Passages as nodes: the text is the document's `[start, end)`, the metadata says where it stands.

    A node's id stays the same as long as its passage does. LlamaIndex's global settings are neither read nor
    written, so give the engines around it their models.
    """

    def __init__(self, retriever: Retriever, limit: int = 10) -> None:
        super().__init__()
        self._retriever = retriever
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(hit) for hit in self._retriever.retrieve(query_bundle.query_str, self._limit)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    passage = hit.passage
    place = f"{passage.document}\n{passage.sha256}\n{passage.start}\n{passage.end}"
    metadata = {
        "document": passage.document,
        "title": passage.title,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "sha256": passage.sha256,
    }
    node = TextNode(
        id_=hashlib.sha256(place.encode()).hexdigest(),
        text=passage.text,
        metadata=metadata,
        excluded_llm_metadata_keys=["start", "end", "sha256"],
        excluded_embed_metadata_keys=list(metadata),
    )
    return NodeWithScore(node=node, score=hit.score)
