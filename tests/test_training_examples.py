"""What the reader is trained on: are the spans right, and is what must not be seen unseen?"""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.examples import Example, Supervision, Trial, occurrences, read_examples, read_trials, write_rows
from training.prepare import examples, trials
from training.sources import article, covidqa_kept_back, held_out, qamr, training_sources
from training.treebank import joined

SHARED = Path(__file__).parents[2] / "shared" / "data"
PASSAGES = {
    "Rivers#0": "The Orle rises near Tavit. It is ninety miles long.",
    "Rivers#1": "The Sarn rises near Holm. It is forty miles long.",
    "Held#0": "The Bode rises near Kest. It is twenty miles long.",
}
QUESTIONS = (
    ("q0", "Where does the Orle rise?", "Tavit", "Rivers#0"),
    ("q1", "How long is the Sarn?", "forty miles", "Rivers#1"),
    ("q2", "Where does the Bode rise?", "Kest", "Held#0"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small copy of how the data sets are laid out."""
    for name in ("squad11_dev", "squad_train_nqg", "covidqa"):
        _write(tmp_path / name / "corpus.jsonl.gz", [{"id": id, "text": text} for id, text in PASSAGES.items()])
        _write(
            tmp_path / name / "queries.jsonl.gz",
            [{"id": id, "question": asked, "answers": [answer], "docs": [doc]} for id, asked, answer, doc in QUESTIONS],
        )
    (tmp_path / "squad11_dev" / "test_articles.txt").write_text("Held\n")
    context = "Each of the twenty-four sages , it 's said , is listed ."
    _write(tmp_path / "qamr.jsonl.gz", [{"question": "Who is listed ?", "context": context, "answer": "sages"}])
    return tmp_path


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def test_answers_are_found_as_whole_words_only() -> None:
    assert occurrences("In 1920 the 192 men of 192 Hill", "192") == [(12, 15), (23, 26)]
    assert occurrences("anything", "") == []


@given(st.text(), st.text(min_size=1))
def test_every_occurrence_is_the_answer(passage: str, answer: str) -> None:
    assert all(passage[start:end] == answer for start, end in occurrences(passage, answer))


@pytest.mark.parametrize(
    ("split", "whole"),
    [
        ("It 's late , is n't it ?", "It's late, isn't it?"),
        ("a `` so-called '' king -LRB- 1066 -RRB- .", 'a "so-called" king (1066).'),
        ("the kings ' men", "the kings' men"),
        ("No space is lost here", "No space is lost here"),
    ],
)
def test_split_words_are_joined(split: str, whole: str) -> None:
    assert joined(split) == whole


@pytest.mark.parametrize(
    ("supervision", "spans"), [(Supervision.NULL, ((0, 1),)), (Supervision.SPAN, ()), (Supervision.SPAN, ((2, 9),))]
)
def test_contradictory_examples_are_refused(supervision: Supervision, spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="span"):
        Example("Who?", "Me.", supervision, spans)


def test_rows_come_back_as_written_and_the_file_is_the_same_twice(tmp_path: Path) -> None:
    rows = [Example("Who?", "It was Ada.", Supervision.SPAN, ((7, 10),), "set"), Example("Why?", "x", Supervision.NULL)]
    asked = [Trial("Who?", ("Ada",), "It was Ada.", None)]
    write_rows(tmp_path / "a.gz", rows)
    write_rows(tmp_path / "b.gz", rows)
    write_rows(tmp_path / "c.gz", asked)
    assert read_examples(tmp_path / "a.gz") == rows
    assert read_trials(tmp_path / "c.gz") == asked
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_held_out_articles_are_not_in_what_is_trained_on(data: Path) -> None:
    """Neither their questions nor, as wrong answers, their passages."""
    sources = {source.name: source for source in training_sources(data)}
    for name in ("squad11_dev", "squad_train_nqg"):
        assert {article(id) for id in sources[name].texts} == {"Rivers"}
        made = list(examples(sources[name], negatives=3))
        assert {example.question for example in made} == {"Where does the Orle rise?", "How long is the Sarn?"}
        assert not [example for example in made if "Bode" in example.passage]
    assert [one.question for one in held_out(data).asked] == ["Where does the Bode rise?"]


def test_wrong_passages_contain_no_answer(data: Path) -> None:
    made = list(examples(training_sources(data)[0], negatives=3))
    wrong = {example.question: example.passage for example in made if example.supervision is Supervision.NULL}
    assert wrong["Where does the Orle rise?"] == PASSAGES["Rivers#1"]
    assert [example.passage[slice(*example.spans[0])] for example in made if example.spans] == ["Tavit", "forty miles"]


def test_a_trial_has_the_right_passage_and_another(data: Path) -> None:
    (trial,) = trials(held_out(data))
    assert trial.passage == PASSAGES["Held#0"]
    assert trial.negative in (PASSAGES["Rivers#0"], PASSAGES["Rivers#1"])


def test_answers_to_one_question_are_joined(data: Path) -> None:
    source = qamr(data / "qamr.jsonl.gz")
    assert source.texts == {"0": "Each of the twenty-four sages, it's said, is listed."}
    assert [(one.question, one.answers) for one in source.asked] == [("Who is listed?", ("sages",))]


def test_covidqa_is_split_by_document(data: Path) -> None:
    trained = next(source for source in training_sources(data) if source.name == "covidqa")
    kept_back = covidqa_kept_back(data)
    assert trained.texts.keys() | kept_back.texts.keys() == PASSAGES.keys()
    assert not trained.texts.keys() & kept_back.texts.keys()


@pytest.mark.skipif(not SHARED.exists(), reason="the data sets are not here")
def test_nothing_of_the_real_held_out_articles_is_trained_on() -> None:
    held = (SHARED / "squad11_dev" / "test_articles.txt").read_text().split()
    assert len(held) == 10
    for source in training_sources(SHARED):
        assert not [id for id in source.texts if article(id) in held]
        assert all(id in source.texts for one in source.asked for id in one.docs)
    asked = held_out(SHARED).asked
    assert len(asked) == 2192
    assert {article(id) for one in asked for id in one.docs} == set(held)
