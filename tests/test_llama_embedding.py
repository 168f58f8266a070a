"""Any LlamaIndex embedding by configuration: real classes of LlamaIndex, no network."""

from collections.abc import Sequence

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedding import load_embedding
from index.errors import EmbeddingFailed
from index.llama_embedding import LlamaEmbedding
from index.settings import IndexSettings

MOCK = "llama_index.core.embeddings:MockEmbedding"


class ScriptedEmbedding(BaseEmbedding):
    """Returns what it is told to; an exception is raised."""

    says: Sequence = ()

    def _get_query_embedding(self, query):
        return self._get_text_embeddings([query])[0]

    def _get_text_embedding(self, text):
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts):
        if isinstance(self.says[0], str):
            raise ConnectionError(self.says[0])
        return [self.says[place % len(self.says)] for place in range(len(texts))]

    async def _aget_query_embedding(self, query):
        return self._get_query_embedding(query)


def test_the_settings_name_any_class_of_llamaindex(tmp_path):
    """`package.module:Class` with options becomes an embedding with unit rows."""
    settings = IndexSettings(documents=tmp_path, embedding=MOCK, embedding_options={"embed_dim": 8})
    rows = load_embedding(settings).embed(["one", "two"])
    assert rows.shape == (2, 8)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)


def test_the_identity_changes_with_the_options_but_not_with_a_key():
    """Another size is another index; another key is not."""
    small, large = (LlamaEmbedding.load(MOCK, {"embed_dim": size}).identity for size in (8, 16))
    assert small != large
    keyed = [
        LlamaEmbedding.load("tests.test_llama_embedding:KeyedEmbedding", {"api_key": key}).identity
        for key in ("a", "b")
    ]
    assert keyed[0] == keyed[1]


class KeyedEmbedding(ScriptedEmbedding):
    api_key: str = ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no_such_package:Thing", "No module named 'no_such_package'"),
        ("llama_index.core.embeddings:NoSuchClass", "NoSuchClass"),
        ("pathlib:Path", "is not a LlamaIndex embedding"),
    ],
)
def test_what_cannot_be_made_is_named_in_one_line(name, reason):
    """A misspelt class is an error at start."""
    with pytest.raises(EmbeddingFailed, match=reason) as raised:
        LlamaEmbedding.load(name, {})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (["the server is down\nTraceback"], "the embedding model failed: the server is down"),
        ([[1.0, 2.0], [1.0]], "different lengths"),
        ([[0.0, 0.0]], "without a direction"),
        ([[float("nan"), 1.0]], "without a direction"),
    ],
)
def test_failures_and_nonsense_are_translated(says, reason):
    """Whatever a provider does wrong, callers see one kind of error of one line."""
    embedding = LlamaEmbedding(ScriptedEmbedding(says=says), "scripted")
    with pytest.raises(EmbeddingFailed, match=reason) as raised:
        embedding.embed(["one", "two"])
    assert "\n" not in str(raised.value)


def test_a_question_uses_the_models_query_side():
    """Models that embed questions differently are asked the right way."""

    class TwoSided(ScriptedEmbedding):
        def _get_query_embedding(self, query):
            return [0.0, 2.0]

    vector = LlamaEmbedding(TwoSided(says=[[1.0, 0.0]]), "two").embed_query("who?")
    assert vector.tolist() == [0.0, 1.0]
