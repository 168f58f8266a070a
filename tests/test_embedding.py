"""The bundled model: is it the published one, and does it keep its promises?"""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.embedding import BUNDLED_MODEL, BundledEmbedding, load_embedding
from index.errors import EmbeddingFailed
from index.settings import IndexSettings

REFERENCE = Path(__file__).with_name("data") / "minilm-fp32.npz"


@pytest.fixture(scope="module")
def bundled() -> BundledEmbedding:
    return BundledEmbedding()


def test_vectors_agree_with_the_unquantised_model(bundled):
    """Eight bits cost almost nothing: every reference text keeps its direction."""
    reference = np.load(REFERENCE)
    cosines = (bundled.embed(list(reference["texts"])) * reference["vectors"]).sum(axis=1)
    assert cosines.min() > 0.98


def test_a_text_has_the_same_vector_in_any_company(bundled):
    """Every row has unit length, stands at its text's place, and does not depend on the texts beside it."""
    texts = ["one two three four five six", "one", "", "one two three", "the harbour was closed " * 90]
    together = bundled.embed(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together, [bundled.embed_query(text) for text in texts])


def test_many_texts_on_several_threads_stay_in_order():
    """However many threads there are, a row belongs to its text."""
    texts = [f"room {number} is {'very ' * (number % 7)}quiet" for number in range(60)]
    assert np.array_equal(BundledEmbedding(threads=5).embed(texts), BundledEmbedding(threads=1).embed(texts))


def test_no_texts_give_no_rows(bundled):
    """An empty batch is legal."""
    assert bundled.embed([]).shape == (0, 384)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_has_a_finite_vector(bundled, text):
    """Control characters, emoji, broken words: whatever is asked gets a direction."""
    vector = bundled.embed_query(text)
    assert np.isfinite(vector).all()
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-3


def test_the_files_are_those_that_the_checksums_name():
    """The model in the package is the one that the script made."""
    for line in (BUNDLED_MODEL / "SHA256SUMS").read_text().splitlines():
        expected, name = line.split()
        assert hashlib.sha256((BUNDLED_MODEL / name).read_bytes()).hexdigest() == expected


def test_the_identity_follows_the_checksums(tmp_path):
    """A remade model must not share an index with the old one."""
    (tmp_path / "SHA256SUMS").write_text("something else")
    assert BundledEmbedding(folder=tmp_path).identity != BundledEmbedding().identity


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_a_broken_file_is_named_in_one_line(tmp_path, broken):
    """A damaged installation says what is damaged."""
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"no model" if name == broken else (BUNDLED_MODEL / name).read_bytes())
    with pytest.raises(EmbeddingFailed) as raised:
        BundledEmbedding(folder=tmp_path).embed_query("anything")
    assert "bundled" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_model_is_named(tmp_path):
    """No model at all is the same kind of error."""
    with pytest.raises(EmbeddingFailed, match="cannot be"):
        BundledEmbedding(folder=tmp_path).embed_query("anything")


def test_the_settings_choose_the_bundled_model(tmp_path):
    """Nothing configured means no download and no LlamaIndex."""
    assert isinstance(load_embedding(IndexSettings(documents=tmp_path)), BundledEmbedding)
