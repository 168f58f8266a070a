"""The evaluation: what is read, what is asked, and the figures that come out of it."""

import asyncio
import gzip
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer, Sentence, Timings
from bot.errors import EvaluationInvalid
from bot.evaluation import Evaluation, EvaluationOptions, evaluate
from bot.evaluation_corpus import indexed_corpus
from bot.evaluation_report import as_json, render
from bot.examination import Examination
from bot.no_history import NoHistory
from bot.question_set import LabelledQuestion, Selection, behind_another_topic, read_articles, read_questions
from bot.scorecard import Figure, Outcome, Reply, Scorecard
from bot.settings import Settings
from bot.turn import Turn
from bot.wiring import make_answering
from bot.withholding import WithholdingSource
from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
from index.embedding import BundledEmbedding
from index.exact import ExactVectors
from index.progress import Progress, unheard
from index.retriever import Hit, Retriever
from index.rows import embedding_id
from tests.fakes import FakeEmbedding

BAD_HISTORY = '"history" holds something else than texts with the role of user or assistant'
ROW = {"id": "1", "question": "Who?", "answers": ["Ada"], "docs": ["d1"]}


def written(path, *rows) -> object:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def labelled(**changes) -> LabelledQuestion:
    question = LabelledQuestion("1", "Who?", ("Ada",), ("d1",), True, False, None)
    return replace(question, **changes)


def reply(text="It was Ada.", confidence=0.8, shown=True, **changes) -> Reply:
    return replace(Reply(text, None, confidence, shown, 5.0), **changes)


def outcome(question=None, ranking=("d1",), **changes) -> Outcome:
    return replace(Outcome(question or labelled(), ranking, 2.0), **changes)


UNANSWERABLE = labelled(answers=(), docs=(), answerable=False)


def test_questions_are_read_with_all_that_is_known_of_them(tmp_path):
    """Answers, documents, split; numbers may be ids; blank lines are nothing."""
    path = written(tmp_path / "q.jsonl", {**ROW, "id": 7, "docs": [3], "split": "test"}, "")
    assert read_questions(path, 100) == (
        [LabelledQuestion("7", "Who?", ("Ada",), ("3",), True, False, "test")],
        0,
    )


@pytest.mark.parametrize(
    ("row", "answerable"),
    [
        (ROW, True),
        ({**ROW, "answers": []}, True),
        ({**ROW, "docs": []}, True),
        ({**ROW, "answers": [], "docs": []}, False),
        ({**ROW, "answerable": False}, False),
    ],
)
def test_answerable_is_what_has_answers_or_documents_unless_it_says_otherwise(tmp_path, row, answerable):
    """Nothing on both sides, or `"answerable": false`, makes a question unanswerable."""
    ((question,), _) = read_questions(written(tmp_path / "q.jsonl", row), 100)
    assert question.answerable is answerable


def said(*messages: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in messages]


@pytest.mark.parametrize(
    ("history", "turns"),
    [
        (said(("user", "Who?"), ("agent", "Ada.")), [("Who?", "Ada.")]),
        (said(("user", " Who? "), ("assistant", "Ada.")), [("Who?", "Ada.")]),
        (said(("user", "Who?"), ("user", "When?"), ("agent", "1843.")), [("Who?", ""), ("When?", "1843.")]),
        (
            said(("agent", "Hi."), ("user", "Who?"), ("agent", "Ada."), ("agent", "Byron.")),
            [("Who?", "Ada. Byron.")],
        ),
        (said(("user", "Who?")), [("Who?", "")]),
        ([], []),
    ],
)
def test_a_history_becomes_turns(tmp_path, history, turns):
    """Each question of the user with all that was answered to it, in their order."""
    ((question,), _) = read_questions(written(tmp_path / "q.jsonl", {**ROW, "history": history}), 100)
    assert list(question.turns) == [Turn(asked, asked, answer) for asked, answer in turns]


def test_compressed_questions_are_the_same(tmp_path):
    """A .gz is read like what is in it, a byte order mark is no part of it."""
    plain = written(tmp_path / "q.jsonl", ROW)
    packed = tmp_path / "q.jsonl.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain.read_bytes()))
    assert read_questions(packed, 100) == read_questions(plain, 100)


def test_a_repeated_id_is_left_out_and_counted(tmp_path):
    """The first question of an id counts."""
    path = written(tmp_path / "q.jsonl", ROW, {**ROW, "question": "When?"}, {**ROW, "id": "2"})
    questions, repeated = read_questions(path, 100)
    assert ([question.question for question in questions], repeated) == (["Who?", "Who?"], 1)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ({"id": "2"}, '"question" is missing, or not a string'),
        ({**ROW, "id": None}, '"id" is missing, or not a string'),
        ({**ROW, "docs": "d1"}, '"docs" is not a list'),
        ({**ROW, "answers": [None]}, '"answers" holds something else than strings'),
        ({**ROW, "history": "Who?"}, '"history" is not a list'),
        ({**ROW, "history": None}, '"history" is not a list'),
        ({**ROW, "history": ["Who?"]}, BAD_HISTORY),
        ({**ROW, "history": [{"role": "user"}]}, BAD_HISTORY),
        ({**ROW, "history": [{"role": "system", "text": "Obey."}]}, BAD_HISTORY),
        ({**ROW, "history": [{"role": ["user"], "text": "Who?"}]}, BAD_HISTORY),
        ({**ROW, "question": " "}, "the question is empty"),
        ({**ROW, "question": "x" * 101}, "the question has 101 characters; at most 100 may be asked"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path, bad, reason):
    """One line says which file, which line and why."""
    path = written(tmp_path / "q.jsonl", ROW, "", bad)
    with pytest.raises(EvaluationInvalid) as raised:
        read_questions(path, 100)
    assert str(raised.value) == f"{path}, line 3: {reason}"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("q.jsonl", b"\xff\xfe", "is not UTF-8 text"),
        ("q.jsonl.gz", b"no archive", "is damaged, or not compressed with gzip"),
        ("q.jsonl.gz", gzip.compress(b"{}" * 99, mtime=0)[:-9], "is damaged, or not compressed with gzip"),
    ],
)
def test_a_file_that_is_something_else_is_named(tmp_path, name, content, reason):
    """So is a file that is cut off."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(EvaluationInvalid, match=reason):
        read_questions(path, 100)


def test_a_missing_file_is_named(tmp_path):
    """No stack trace for a typing error."""
    with pytest.raises(EvaluationInvalid, match=r"gone\.jsonl cannot be read: No such file"):
        read_questions(tmp_path / "gone.jsonl", 100)


def test_selection_by_split_and_limit():
    """The limit counts what the split leaves."""
    questions = [labelled(id=str(n), split="test" if n % 2 else "train") for n in range(6)]
    assert [q.id for q in Selection(split="test", limit=2).of(questions)] == ["1", "3"]


def test_selection_by_articles_takes_questions_about_them_alone(tmp_path):
    """A question that another article answers too, or none, stays out."""
    names = tmp_path / "articles.txt"
    names.write_text("Tesla\n\nIslam \n")
    questions = [
        labelled(id="in", docs=("Tesla#0", "Islam#2")),
        labelled(id="both", docs=("Tesla#0", "Oxygen#1")),
        labelled(id="longer", docs=("Tesla_Motors#0",)),
        labelled(id="none", docs=()),
    ]
    assert [q.id for q in Selection(articles=read_articles(names)).of(questions)] == ["in"]


def test_retrieval_is_averaged_over_questions_with_documents():
    """Ranks 1 and 2: hit@1 1/2, MRR (1 + 1/2) / 2, nDCG (1 + 1/log2 3) / 2; a third names no document."""
    outcomes = [outcome(), outcome(ranking=("x", "d1")), outcome(UNANSWERABLE)]
    retrieval = Scorecard.of(outcomes).retrieval
    assert retrieval.hit_at_1 == Figure(0.5, 2)
    assert retrieval.hit_at_5 == Figure(1.0, 2)
    assert retrieval.mrr_at_10 == Figure(0.75, 2)
    assert retrieval.ndcg_at_10.value == pytest.approx((1 + 0.63093) / 2, abs=1e-5)


def test_answers_are_judged_with_and_without_abstention():
    """Of four: right and shown, right and not shown, wrong and shown, and one without gold answers."""
    outcomes = [
        outcome(reply=reply()),
        outcome(reply=reply(shown=False)),
        outcome(reply=reply("It was Bob.")),
        outcome(labelled(answers=()), reply=reply()),
        outcome(),
    ]
    answers = Scorecard.of(outcomes).answers
    assert answers.written_right == Figure(pytest.approx(2 / 3), 3)
    assert answers.shown_right == Figure(pytest.approx(1 / 3), 3)
    assert answers.right_if_shown == Figure(0.5, 2)


def test_short_answers_are_judged_where_there_are_any():
    """Ada is exact, Ada Byron shares one word of two and one: F1 2/3; no short answer is no wrong one."""
    outcomes = [
        outcome(reply=reply(short_answer="Ada")),
        outcome(reply=reply(short_answer="Ada Byron")),
        outcome(reply=reply(short_answer=None)),
    ]
    answers = Scorecard.of(outcomes).answers
    assert answers.exact_match == Figure(0.5, 2)
    assert answers.f1 == Figure(pytest.approx((1 + 2 / 3) / 2), 2)


def test_abstention_counts_answerable_and_not():
    """Withheld questions are unanswerable ones; the AUROC compares 0.8, 0.2 with 0.5, 0.1: 3 of 4 pairs."""
    outcomes = [
        outcome(reply=reply(confidence=0.8), withheld=reply(confidence=0.5)),
        outcome(reply=reply(confidence=0.2, shown=False)),
        outcome(UNANSWERABLE, reply=reply(confidence=0.1, shown=False)),
        outcome(),
    ]
    abstention = Scorecard.of(outcomes).abstention
    assert (abstention.answerable_answered, abstention.answerable_abstained) == (1, 1)
    assert (abstention.unanswerable_answered, abstention.unanswerable_abstained) == (1, 1)
    assert abstention.auroc == Figure(0.75, 4)


def test_confidence_is_judged_by_what_is_right():
    """Right at 0.8 and 0.4, wrong at 0.6 and, unanswerable, at 0.1: 3 of 4 pairs; four answers, four bins."""
    outcomes = [
        outcome(reply=reply(confidence=0.8)),
        outcome(reply=reply(confidence=0.4)),
        outcome(reply=reply("Bob.", confidence=0.6)),
        outcome(UNANSWERABLE, reply=reply(confidence=0.1)),
        outcome(labelled(answers=()), reply=reply(confidence=0.9)),
    ]
    confidence = Scorecard.of(outcomes).confidence
    assert confidence.auroc == Figure(0.75, 4)
    assert [decile.accuracy for decile in confidence.deciles] == [0, 1, 0, 1]


def test_latencies_are_of_questions_as_asked():
    """Searching is timed for all, answering for those that were answered, and the withheld ones for none."""
    outcomes = [outcome(reply=reply(), withheld=reply(milliseconds=99.0)), outcome()]
    card = Scorecard.of(outcomes)
    assert (card.retrieve_ms.p50, card.retrieve_ms.n) == (2, 2)
    assert (card.answer_ms.p99, card.answer_ms.n) == (5, 1)


def hit_of(document: str) -> Hit:
    return Hit(Passage(document, "", "", 0, 4, "text"), 1.0, 1.0, 1.0)


class ScriptedSource:
    """Finds the documents it was given, without those withheld."""

    def __init__(self, *documents: str) -> None:
        self.documents = documents
        self.withheld: Collection[str] = ()

    def retrieve(self, question: str, limit: int, beside: Sequence[tuple[str, float]] = ()) -> list[Hit]:
        return [hit_of(document) for document in self.documents if document not in self.withheld]


class ScriptedAnswering:
    """Answers with the names of the documents it finds, as confident as it was told to be."""

    def __init__(self, source: ScriptedSource, confidence: float = 0.8) -> None:
        self.source = source
        self.confidence = confidence
        self.asked: list[str] = []

    async def search(self, query: str, top_k: int, turns: Sequence[Turn]) -> list[Hit]:
        return self.source.retrieve(query, top_k)

    async def answer(self, question: str, *, turns: Sequence[Turn]) -> Answer:
        self.asked.append(question)
        found = [hit.passage.document for hit in self.source.retrieve(question, 10)]
        return Answer(
            id="a",
            conversation_id="c",
            question=question,
            standalone_question=question,
            answered=bool(found),
            sentences=tuple(Sentence(f"It is {document}.", (1,)) for document in found),
            answer="with markers [1]",
            confidence=self.confidence,
            writer="extractive",
            citations=(),
            closest=(),
            took_ms=Timings(0, 0, 0, 0),
        )


def examination(*documents: str, confidence: float = 0.8, **options) -> Examination:
    source = ScriptedSource(*documents)
    return Examination(source, ScriptedAnswering(source, confidence), "c.jsonl", 0.5, **options)


async def test_documents_are_ranked_by_their_best_passage_under_their_row_ids():
    """A document that is found twice stands where it was found first; its id is its row's, `#` and all."""
    asked = await examination("c.jsonl#b#2", "c.jsonl#a", "c.jsonl#b#2").ask(labelled())
    assert asked.ranking == ("b#2", "a")


async def test_what_is_judged_is_the_text_without_its_markers():
    """`[1]` would pass for an answer of 1."""
    asked = await examination("Ada", "Bob").ask(labelled())
    assert asked.reply is not None
    assert asked.reply.text == "It is Ada. It is Bob."


@pytest.mark.parametrize(("confidence", "shown"), [(0.5, True), (0.49, False)])
async def test_an_answer_is_shown_from_the_threshold_on(confidence, shown):
    """Below it the product abstains; the text is judged all the same."""
    asked = await examination("Ada", confidence=confidence).ask(labelled())
    assert asked.reply is not None
    assert (asked.reply.shown, asked.reply.text) == (shown, "It is Ada.")


async def test_nothing_found_is_not_shown_however_confident():
    """There is nothing to show."""
    asked = await examination().ask(labelled())
    assert asked.reply is not None
    assert not asked.reply.shown


async def test_withholding_takes_the_relevant_documents_out_of_the_second_question_only():
    """The first answer knows them, the second does not, the next question knows them again."""
    exam = examination("c.jsonl#d1", "c.jsonl#d2", withhold=True)
    for asked in [await exam.ask(labelled()), await exam.ask(labelled())]:
        assert asked.ranking == ("d1", "d2")
        texts = [each.text for each in (asked.reply, asked.withheld) if each]
        assert texts == ["It is c.jsonl#d1. It is c.jsonl#d2.", "It is c.jsonl#d2."]


@pytest.mark.parametrize(
    ("question", "times"),
    [
        (labelled(), 2),
        (labelled(docs=()), 1),
        (UNANSWERABLE, 1),
        (labelled(retrieval_only=True), 0),
    ],
)
async def test_only_what_has_documents_to_withhold_is_asked_twice(question, times):
    """A question for retrieval alone is not asked at all."""
    exam = examination("c.jsonl#d1", withhold=True)
    await exam.ask(question)
    assert len(exam.answering.asked) == times


def filled_catalog(path, texts: Mapping[str, Sequence[str]]) -> Catalog:
    """A catalog of one-sentence passages by document, embedded by the fake model."""
    catalog = Catalog.open(path / "catalog.sqlite")
    embedding = FakeEmbedding()
    catalog.set_model(embedding.identity)
    for id, parts in texts.items():
        document = Document(id, "\n".join(parts))
        starts = [document.text.index(part) for part in parts]
        passages = [
            Passage(id, document.label, document.sha256, start, start + len(part), part)
            for start, part in zip(starts, parts, strict=True)
        ]
        catalog.replace(FileRecord(id, 1, 1, document.sha256), [(document, passages)])
        vectors = dict(zip(map(embedding_id, passages), embedding.embed(parts), strict=True))
        catalog.add_embeddings(embedding.identity, vectors)
    return catalog


TEXTS = {
    "gold.txt": [
        "ada wrote the first program",
        *(f"ada wrote the first program number {n}" for n in range(150)),
    ],
    "other.txt": ["ada wrote letters", "the first engine"],
    "copy.txt": ["ada wrote the first program"],
    "far.txt": ["nothing of the kind"],
}


def source_over(catalog: Catalog, dense_weight: float) -> WithholdingSource:
    vectors = ExactVectors(catalog, FakeEmbedding().identity)
    return WithholdingSource(catalog, vectors, FakeEmbedding(), dense_weight)


def found(source: WithholdingSource, limit: int = 10) -> list[tuple[str, int, float]]:
    hits = source.retrieve("who wrote the first program", limit)
    return [(hit.passage.document, hit.passage.start, round(hit.score, 5)) for hit in hits]


def test_withheld_documents_are_as_if_they_had_never_been_there(tmp_path):
    """By meaning, what is found is what a corpus without them gives, scores and all."""
    rest = {id: parts for id, parts in TEXTS.items() if id != "gold.txt"}
    with filled_catalog(tmp_path / "all", TEXTS) as whole, filled_catalog(tmp_path / "rest", rest) as smaller:
        source = source_over(whole, dense_weight=1)
        source.withheld = ["gold.txt"]
        assert found(source) == found(source_over(smaller, dense_weight=1))


def test_keywords_of_withheld_documents_find_nothing_and_set_no_scale(tmp_path):
    """The best of those that remain has the highest score, though 151 better ones were withheld."""
    with filled_catalog(tmp_path, TEXTS) as catalog:
        source = source_over(catalog, dense_weight=0)
        before = {document: score for document, _, score in reversed(found(source, limit=200))}
        source.withheld = ["gold.txt", "copy.txt"]
        after = {document: score for document, _, score in reversed(found(source))}
        assert before["other.txt"] < 1
        assert after == {"other.txt": 1.0, "far.txt": 0.0}


def test_a_text_that_also_stands_in_another_document_is_still_found_there(tmp_path):
    """Withholding is of documents, not of texts."""
    with filled_catalog(tmp_path, TEXTS) as catalog:
        source = source_over(catalog, dense_weight=0.6)
        source.withheld = ["gold.txt"]
        assert [(document, start) for document, start, _ in found(source, limit=1)] == [("copy.txt", 0)]


def test_withheld_documents_are_not_found_by_the_conversation_either(tmp_path):
    """What is searched for beside the question is searched for in the rest."""
    with filled_catalog(tmp_path, TEXTS) as catalog:
        source = source_over(catalog, dense_weight=0.6)
        source.withheld = ["gold.txt", "copy.txt"]
        hits = source.retrieve("letters", 10, [("who wrote the first program", 1.0)])
        assert {hit.passage.document for hit in hits} == {"other.txt", "far.txt"}


def test_nothing_withheld_changes_nothing(tmp_path):
    """The source is then the retriever itself."""
    with filled_catalog(tmp_path, TEXTS) as catalog:
        source = source_over(catalog, dense_weight=0.6)
        retriever = Retriever(catalog, ExactVectors(catalog, "fake-1"), FakeEmbedding(), 0.6)
        assert source.retrieve("ada", 5) == retriever.retrieve("ada", 5)


CORPUS = [
    {"id": "engine", "title": "Engine", "text": "Charles Babbage designed the analytical engine in 1837."},
    {"id": "notes", "title": "Notes", "text": "Ada Lovelace published her notes on the engine in 1843."},
    {"id": "loom", "title": "Loom", "text": "Joseph Jacquard showed a loom driven by punched cards in 1804."},
    {"id": "tea", "title": "Tea", "text": "Tea is made from the leaves of a shrub that grows in Asia."},
]
QUESTIONS = [
    {
        "id": "1",
        "question": "Who designed the analytical engine?",
        "answers": ["Babbage"],
        "docs": ["engine"],
    },
    {"id": "2", "question": "When did Lovelace publish her notes?", "answers": ["1843"], "docs": ["notes"]},
    {"id": "2", "question": "Who showed a loom?", "answers": ["Jacquard"], "docs": ["loom"]},
    {"id": "3", "question": "Who showed a loom?", "answers": ["Jacquard"], "docs": ["loom", "gone"]},
    {"id": "4", "question": "How many moons has Saturn?", "answers": [], "docs": []},
    {"id": "5", "question": "Tea grows in Asia.", "answers": [], "docs": ["tea"], "retrieval_only": True},
]


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(documents=tmp_path / "unused", home=tmp_path / "home")


@pytest.fixture
def files(tmp_path) -> tuple[Path, Path]:
    return written(tmp_path / "corpus.jsonl", *CORPUS), written(tmp_path / "questions.jsonl", *QUESTIONS)


def test_an_evaluation_from_files_to_figures(files, settings):
    """The product's own path, with its own model, on four documents and five questions."""
    evaluation = evaluate(*files, settings, EvaluationOptions(withhold=True))
    card = evaluation.scorecard
    assert (evaluation.documents, evaluation.questions, evaluation.repeated) == (4, 5, 1)
    assert evaluation.unknown_documents == ("gone",)
    assert card.retrieval.hit_at_1 == Figure(1.0, 4)
    assert card.retrieval.ndcg_at_10.value == pytest.approx((3 + 1 / (1 + 0.63093)) / 4, abs=1e-5)
    assert card.answers.written_right == Figure(1.0, 3)
    unanswerable = card.abstention.unanswerable_answered + card.abstention.unanswerable_abstained
    assert (unanswerable, card.abstention.auroc.n) == (1 + 3, 3 + 4)
    assert (card.retrieve_ms.n, card.answer_ms.n) == (5, 4)


def test_the_decisions_are_those_of_the_product(files, settings):
    """Whether an answer counts as shown is what the product decides at its threshold."""
    chosen = settings.model_copy(update={"abstain_below": 0.6})
    figures = evaluate(*files, chosen, EvaluationOptions()).scorecard.abstention
    asked = [row["question"] for row in (*QUESTIONS[:2], *QUESTIONS[3:5])]
    with indexed_corpus(files[0], chosen, BundledEmbedding(), unheard) as catalog:
        source = source_of(catalog, chosen)
        with closing(make_answering(chosen, source, BundledEmbedding(), catalog, NoHistory())) as answering:
            answers = [asyncio.run(answering.answer(question)) for question in asked]
    assert sum(answer.answered for answer in answers) == (figures.answerable_answered + figures.unanswerable_answered)


def source_of(catalog: Catalog, settings: Settings) -> WithholdingSource:
    embedding = BundledEmbedding()
    vectors = ExactVectors(catalog, embedding.identity)
    return WithholdingSource(catalog, vectors, embedding, settings.dense_weight)


def test_the_same_corpus_is_indexed_once_packed_or_not(files, settings, tmp_path):
    """The second evaluation finds the index of the first, and so does one of the compressed corpus."""
    evaluate(*files, settings, EvaluationOptions(limit=1))
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(files[0].read_bytes()))
    heard: list[Progress] = []
    evaluate(packed, files[1], settings, EvaluationOptions(limit=1), heard.append)
    assert {progress.doing for progress in heard} == {"asking"}


def test_a_bad_line_of_the_corpus_is_named(files, settings, tmp_path):
    """File, line and reason, before any question is asked."""
    corpus = written(tmp_path / "bad.jsonl", CORPUS[0], "{")
    with pytest.raises(EvaluationInvalid) as raised:
        evaluate(corpus, files[1], settings, EvaluationOptions())
    assert str(raised.value) == f"{corpus} line 2 is not JSON"


def test_options_that_leave_no_question_are_a_problem(files, settings):
    """An evaluation of nothing is a mistake."""
    with pytest.raises(EvaluationInvalid, match=r"no question of .*questions\.jsonl is left to ask"):
        evaluate(*files, settings, EvaluationOptions(split="test"))


ELLIPTIC = {
    "id": "6",
    "question": "And when?",
    "history": said(("user", "Who showed a loom driven by punched cards?"), ("agent", "Joseph Jacquard did.")),
    "answers": ["1804"],
    "docs": ["loom"],
}


@pytest.mark.parametrize(("history", "asked_so", "found"), [(True, 1, 1.0), (False, 0, 0.0)])
def test_a_question_with_a_history_is_asked_in_its_conversation(files, settings, tmp_path, history, asked_so, found):
    """With it, the few words find the document; without it, as an option says, they find nothing of use."""
    questions = written(tmp_path / "elliptic.jsonl", ELLIPTIC)
    evaluation = evaluate(files[0], questions, settings, EvaluationOptions(history=history))
    assert (evaluation.questions, evaluation.with_history) == (1, asked_so)
    assert evaluation.scorecard.retrieval.hit_at_1 == Figure(found, 1)


def test_a_question_can_be_asked_behind_one_about_another_article(tmp_path):
    """The nearest before it, going round; one about the same article, or about none, is no change of topic."""
    rows = [
        {"id": str(number), "question": f"Question {number}?", "answers": [f"answer {number}"], "docs": docs}
        for number, docs in enumerate((["a#0"], ["a#1"], ["b#0"], [], ["b#1"]))
    ]
    questions, _ = read_questions(written(tmp_path / "q.jsonl", *rows), 100)
    behind = [[turn.question for turn in one.turns] for one in behind_another_topic(questions)]
    assert behind == [["Question 4?"], ["Question 4?"], ["Question 1?"], [], ["Question 1?"]]
    (turn,) = behind_another_topic(questions)[2].turns
    assert turn == Turn("Question 1?", "Question 1?", "answer 1")


def test_a_change_of_topic_is_an_option_of_an_evaluation(files, settings):
    """Every question is asked in a conversation then, whatever the file says."""
    evaluation = evaluate(*files, settings, EvaluationOptions(limit=2, other_topic=True))
    assert evaluation.with_history == 2


async def test_the_turns_go_along_with_every_question(tmp_path):
    """Searched for, answered, and answered once more without the documents: always in the same conversation."""
    heard = []

    class Listening(ScriptedAnswering):
        async def search(self, query, top_k, turns):
            heard.append(turns)
            return await super().search(query, top_k, turns)

        async def answer(self, question, *, turns):
            heard.append(turns)
            return await super().answer(question, turns=turns)

    source, turns = ScriptedSource("c.jsonl#d1"), (Turn("Who?", "Who?", "Ada."),)
    await Examination(source, Listening(source), "c.jsonl", 0.5, withhold=True).ask(labelled(turns=turns))
    assert heard == [turns, turns, turns]


def evaluation_of(*outcomes: Outcome, **changes) -> Evaluation:
    evaluation = Evaluation(
        corpus_file="c.jsonl",
        questions_file="q.jsonl",
        model="fake-1",
        documents=2067,
        passages=3000,
        questions=len(outcomes),
        with_history=0,
        repeated=0,
        unknown_documents=(),
        abstain_below=0.3,
        scorecard=Scorecard.of(outcomes),
    )
    return replace(evaluation, **changes)


def test_the_report_puts_every_figure_beside_its_n():
    """Each line ends with the number of questions it is about."""
    report = render(evaluation_of(outcome(reply=reply()), outcome(ranking=())))
    lines = [line.split() for line in report.splitlines()]
    assert ["nDCG@10", "0.500", "2"] in lines
    assert ["text", "contains", "a", "gold", "answer", "and", "is", "shown", "1.000", "1"] in lines
    assert ["answerable", "1", "0", "1"] in lines
    assert ["answer", "5.0", "5.0", "5.0", "1"] in lines


def test_the_report_is_silent_about_what_was_not_asked():
    """Searching alone says nothing of answers, abstention or confidence."""
    report = render(evaluation_of(outcome()))
    assert "nDCG@10" in report
    assert not any(word in report for word in ("gold answer", "bstention", "Confidence", "AUROC", "answer  "))


def test_the_report_says_how_many_belong_to_a_conversation():
    """Nothing if none does."""
    assert "7 of them asked as the next question" in render(evaluation_of(outcome(), with_history=7))
    assert "conversation" not in render(evaluation_of(outcome()))


def test_the_report_names_what_was_left_out():
    """Repeated questions and unknown documents, of those the first few."""
    report = render(evaluation_of(outcome(), repeated=3, unknown_documents=tuple("abcdefg")))
    assert "3 questions left out" in report
    assert "7 relevant documents are not in the corpus and count as not found: a, b, c, d, e, ..." in report


def test_programs_get_plain_values():
    """All figures by name; what is about nothing is null."""
    values = json.loads(json.dumps(as_json(evaluation_of(outcome(reply=reply())))))
    assert values["scorecard"]["retrieval"]["ndcg_at_10"] == {"value": 1.0, "n": 1}
    assert values["scorecard"]["answers"]["f1"] == {"value": None, "n": 0}
    assert values["scorecard"]["confidence"]["deciles"][0]["accuracy"] == 1.0
