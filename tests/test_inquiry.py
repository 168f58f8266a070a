"""One question from the command line."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.inquiry import inquiry
from bot.settings import Settings
from bot.wiring import catalog_path, index_documents
from index.catalog import Catalog
from index.errors import IndexBusy
from index.ownership import Ownership
from index.progress import Listener, unheard

QUESTION = "Who commands the mission?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of one document."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "mission.md").write_text("Otunge commands the mission.")
    return Settings(documents=documents, home=tmp_path / "home")


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def another_owner(settings: Settings) -> Iterator[None]:
    with Ownership(settings.home).acquire("footnote serve"):
        yield


def progress() -> nullcontext[Listener]:
    return nullcontext(unheard)


def cited(settings: Settings, notes: list[str]) -> list[str]:
    with inquiry(settings, progress, notes.append) as answering:
        return [citation.quote for citation in asyncio.run(answering.answer(QUESTION)).citations]


def test_the_folder_as_it_is_now_is_asked(settings: Settings, notes: list[str]) -> None:
    """Nobody has to index first; there is nothing to note."""
    assert cited(settings, notes) == ["Otunge commands the mission."]
    assert notes == []


def test_the_index_of_another_owner_is_asked_as_it_is(settings: Settings, notes: list[str]) -> None:
    """While another process owns the index, what it has not indexed yet is not known, and that is said."""
    index_documents(settings, unheard)
    (settings.documents / "mission.md").write_text("Wanjiru commands the mission.")
    with Ownership(settings.home).acquire("footnote serve"):
        assert cited(settings, notes) == ["Otunge commands the mission."]
    (note,) = notes
    assert "(footnote serve, since" in note
    assert note.endswith("; answering from it as it is now")


@pytest.mark.usefixtures("another_owner")
def test_an_owner_without_an_index_is_named(settings: Settings, notes: list[str]) -> None:
    """Before the owner has written anything, the question has to wait, and the line says for whom."""
    with pytest.raises(IndexBusy, match=r"\(footnote serve, since .*, which has not indexed anything yet$"):
        cited(settings, notes)


@pytest.mark.usefixtures("another_owner")
def test_an_owner_with_an_empty_index_is_named(settings: Settings, notes: list[str]) -> None:
    """So it is while the owner reads the first files."""
    Catalog.open(catalog_path(settings)).close()
    with pytest.raises(IndexBusy, match=r"which has not indexed anything yet$"):
        cited(settings, notes)


def test_vectors_of_another_model_are_not_searched(settings: Settings, notes: list[str]) -> None:
    """While the owner embeds with another model, keywords alone find the passages."""
    index_documents(settings, unheard)
    with Catalog.open(catalog_path(settings)) as catalog:
        catalog.set_model("another")
    with (
        Ownership(settings.home).acquire("footnote serve"),
        inquiry(settings, progress, notes.append) as answering,
    ):
        (hit,) = asyncio.run(answering.search(QUESTION, 10))
    assert (hit.score, hit.dense) == (1.0, 0.0)
