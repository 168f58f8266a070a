"""`footnote feedback`: what people think of answers, to read, for programs, and as questions for `footnote eval`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.feedback import JudgedAnswer, Opinion
from bot.feedback_report import NOTHING, as_json, questions, render
from bot.history import History, history_url
from bot.history_feedback import Feedback
from bot.inert import inert
from bot.line_file import write_lines
from bot.question_set import LabelledQuestion, read_questions
from tests.records import ANY_TEXT, ASKED_AT, a_record, an_abstention

UP, DOWN = Opinion("T1:ana", True, None, False), Opinion("T1:ben", False, "too short", False)
MISSING = Opinion("T1:cleo", None, None, True)
MAX_CHARS = 2000


def judged(*opinions: Opinion, **changes: Any) -> JudgedAnswer:
    one = JudgedAnswer(
        id="a1",
        question="Who pays for it?",
        standalone_question="Who pays for the mission in Haiti?",
        asked_at=ASKED_AT,
        answered=True,
        text="The United States pays most of it.",
        short_answer="The United States",
        quotes=("The US\npays it.", "Most is paid by the US."),
        documents=("haiti.md", "un.pdf"),
        opinions=opinions,
    )
    return replace(one, **changes)


def not_answered(*opinions: Opinion, **changes: Any) -> JudgedAnswer:
    values = {"answered": False, "text": "", "short_answer": None, "quotes": (), "documents": ()}
    return judged(*opinions, **{**values, **changes})


# To read


def test_an_answer_is_shown_with_what_people_think_of_it() -> None:
    """What was asked and answered, the votes, the reasons, and where to look further."""
    assert render([judged(UP, DOWN)]).splitlines() == [
        "2026-03-01 12:00 Who pays for it?",
        "    1 up, 1 down",
        "    The United States pays most of it.",
        "    from haiti.md, un.pdf",
        "    “too short”",
        "    footnote explain a1",
    ]


def test_a_missing_answer_is_shown_as_such() -> None:
    """Without counting votes that nobody gave."""
    assert render([not_answered(MISSING)]).splitlines() == [
        "2026-03-01 12:00 Who pays for it?",
        "    should be answered (1)",
        "    not answered: the documents do not say",
        "    footnote explain a1",
    ]
    assert "    1 up, 0 down · should be answered (1)" in render([not_answered(UP, MISSING)]).splitlines()
    assert "no answer was made" in render([not_answered(MISSING, answered=None)])


def test_long_answers_are_shown_in_part() -> None:
    """Their beginning is enough to recognise them."""
    shown = render([judged(UP, text="word " * 1000)])
    assert max(map(len, shown.splitlines())) < 250
    assert "word …" in shown


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_words_steer_a_terminal(question: str, reason: str, document: str) -> None:
    """Nor make lines of their own."""
    opinion = Opinion("T1:ana", False, reason, False)
    shown = render([judged(opinion, question=question, documents=(document,), text=reason)])
    assert inert(shown) == shown
    assert len(shown.split("\n")) == 5 + bool(reason)


def test_programs_get_everything() -> None:
    """Plain values; who said what is among them."""
    (row,) = as_json([judged(UP, DOWN, MISSING)])
    assert json.loads(json.dumps(row)) == row
    assert (row["answer"], row["up"], row["down"], row["should_be_answered"]) == ("a1", 1, 1, 1)
    assert row["opinions"][1] == {"person": "T1:ben", "up": False, "reason": "too short", "should_be_answered": False}
    assert row["asked_at"] == "2026-03-01T12:00:05.250000+00:00"
    assert row["documents"] == ["haiti.md", "un.pdf"]


# As questions


def exported(*answers: JudgedAnswer) -> list[dict[str, Any]]:
    return questions(answers, MAX_CHARS)


def test_a_good_answer_becomes_a_question_with_its_short_answer() -> None:
    """Asked so that it stands alone, with the documents that it cites."""
    assert exported(judged(UP)) == [
        {
            "id": "a1",
            "question": "Who pays for the mission in Haiti?",
            "answers": ["The United States"],
            "docs": ["haiti.md", "un.pdf"],
        }
    ]


def test_without_a_short_answer_the_quotes_are_right() -> None:
    """Each of them, in one line, once."""
    (row,) = exported(judged(UP, short_answer=None, quotes=("The US\npays it.", "The US pays it.", "It does.")))
    assert row["answers"] == ["The US pays it.", "It does."]


@pytest.mark.parametrize("opinions", [(), (DOWN,), (UP, DOWN), (Opinion("T1:ana", None, "hm", False),), (MISSING,)])
def test_what_is_not_thought_good_becomes_no_question(opinions: tuple[Opinion, ...]) -> None:
    """As many against it as for it are not enough."""
    assert exported(judged(*opinions)) == []


def test_an_abstention_that_people_voted_for_cannot_be_answered() -> None:
    """That is right, too."""
    assert exported(not_answered(UP)) == [
        {
            "id": "a1",
            "question": "Who pays for the mission in Haiti?",
            "answers": [],
            "docs": [],
            "answerable": False,
        }
    ]


@pytest.mark.parametrize("answered", [False, None])
def test_a_missing_answer_is_only_searched_for(answered: bool | None) -> None:
    """What would be right is not known yet; it must not count as a question that cannot be answered."""
    (row,) = exported(not_answered(MISSING, UP, answered=answered))
    assert row["retrieval_only"] is True
    assert (row["answers"], row["docs"]) == ([], [])
    assert "answerable" not in row


def test_what_was_answered_well_later_or_earlier_is_not_missing() -> None:
    """The same question, whatever its capitals and spaces; of several good answers the latest counts."""
    again = {"standalone_question": "WHO pays  for the mission in Haiti?"}
    rows = exported(not_answered(MISSING, id="a4", **again), judged(UP, id="a3", **again), judged(UP, id="a2"))
    assert [row["id"] for row in rows] == ["a3"]


def test_a_question_that_eval_would_refuse_is_left_out() -> None:
    """If a model has made it too long, the words of the person are taken."""
    long = "why " * 600
    assert [row["question"] for row in exported(judged(UP, standalone_question=long))] == ["Who pays for it?"]
    assert exported(judged(UP, standalone_question=long, question=long)) == []


@given(
    st.lists(
        st.builds(
            judged,
            st.sampled_from([UP, DOWN, MISSING]),
            question=ANY_TEXT,
            standalone_question=ANY_TEXT,
            short_answer=st.none() | ANY_TEXT,
            quotes=st.lists(ANY_TEXT, max_size=2).map(tuple),
            documents=st.lists(ANY_TEXT, max_size=2).map(tuple),
            answered=st.sampled_from([True, False, None]),
        ),
        max_size=4,
    )
)
def test_whatever_was_said_can_be_read_as_questions(tmp_path_factory: pytest.TempPathFactory, answers: Any) -> None:
    """Any words of questions, quotes and documents come back as they were written."""
    rows = exported(*(replace(one, id=f"a{number}") for number, one in enumerate(answers)))
    path = tmp_path_factory.mktemp("export") / "questions.jsonl"
    write_lines(path, map(json.dumps, rows), overwrite=False)
    read, repeated = read_questions(path, MAX_CHARS)
    assert repeated == 0
    assert [(one.question, list(one.answers), list(one.docs)) for one in read] == [
        (row["question"], row["answers"], row["docs"]) for row in rows
    ]


# The command


def invoke(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, ["feedback", *arguments], env=environment)


@pytest.fixture
def kept(empty_folder: Path) -> History:
    """Two answers in the history of the working folder: a good one, and one that is missing."""
    home = empty_folder / ".footnote"
    home.mkdir()
    history = History.open(history_url(home, None), keep_days=90)
    history.finish(a_record())
    history.finish(a_record(an_abstention(id="a2", standalone_question="And \x1b[2J then?")))
    feedback = Feedback(history.database)
    feedback.vote("a1", "T1:ana", True, ASKED_AT)
    feedback.missing("a2", "T1:ben", ASKED_AT)
    feedback.reason("a2", "T1:ben", "It \x1b]0;x\x07 stands in the handbook")
    return history


@pytest.fixture(autouse=True)
def kept_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """However late these tests are run."""
    monkeypatch.setenv("FOOTNOTE_HISTORY_DAYS", "0")


def test_without_feedback_one_line_says_so() -> None:
    """To people; programs get an empty list, and nothing is exported."""
    assert (invoke().exit_code, invoke().stdout) == (0, f"{NOTHING}\n")
    assert json.loads(invoke("--json").stdout) == []
    done = invoke("export", "questions.jsonl")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("footnote: nothing to export: ")
    assert not Path("questions.jsonl").exists()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("arguments", [[], ["--json"], ["export"]])
def test_feedback_is_shown(arguments: list[str]) -> None:
    """Nobody's words steer the terminal, in whatever form."""
    done = invoke(*arguments)
    assert done.exit_code == 0
    assert "a2" in done.stdout
    assert not set(done.stdout) & set("\x1b\x07")


@pytest.mark.usefixtures("kept")
def test_the_latest_question_is_shown_first() -> None:
    """With the reasons that people gave."""
    done = invoke()
    assert done.stdout.index("should be answered (1)") < done.stdout.index("1 up, 0 down")
    assert "stands in the handbook" in done.stdout
    assert [row["answer"] for row in json.loads(invoke("--json").stdout)] == ["a2", "a1"]


@pytest.mark.usefixtures("kept")
def test_what_is_exported_is_what_eval_reads() -> None:
    """To a file as to standard output."""
    done = invoke("export", "questions.jsonl")
    assert (done.exit_code, done.stdout) == (0, "questions written to questions.jsonl: 2\n")
    (good, missing), _ = read_questions(Path("questions.jsonl"), MAX_CHARS)
    assert good == LabelledQuestion(
        "a1", "Who pays for the mission in Haiti?", ("The United States",), ("haiti.md", "un.pdf"), True, False, None
    )
    assert (missing.question, missing.retrieval_only) == ("And \x1b[2J then?", True)
    assert invoke("export").stdout == Path("questions.jsonl").read_text()


@pytest.mark.usefixtures("kept")
def test_a_file_is_overwritten_only_when_told_to() -> None:
    """Somebody may have written answers into it."""
    Path("questions.jsonl").write_text("precious")
    done = invoke("export", "questions.jsonl")
    line = "footnote: questions.jsonl is there already; --force overwrites it\n"
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", line)
    assert Path("questions.jsonl").read_text() == "precious"
    assert invoke("export", "questions.jsonl", "--force").exit_code == 0
    assert len(read_questions(Path("questions.jsonl"), MAX_CHARS)[0]) == 2


@pytest.mark.usefixtures("kept")
def test_a_file_that_cannot_be_written_is_one_line() -> None:
    """It is named."""
    done = invoke("export", "gone/questions.jsonl")
    assert done.exit_code == 1
    assert done.stderr == "footnote: gone/questions.jsonl cannot be written: No such file or directory\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["export", "a", "b"], ["--nonsense"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    """As everywhere."""
    assert invoke(*arguments).exit_code == 2


def test_a_history_that_cannot_be_used_is_one_line(empty_folder: Path) -> None:
    """With whatever is wrong with it named before."""
    (empty_folder / ".footnote").mkdir()
    (empty_folder / ".footnote" / "history.sqlite").write_text("Dear diary, this is no database at all. " * 100)
    done = invoke()
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "footnote: nothing is kept: the history cannot be used"


def test_the_export_is_explained() -> None:
    """Whoever asks for help learns what becomes of what."""
    done = CliRunner().invoke(app, ["feedback", "export", "--help"])
    assert done.exit_code == 0
    assert "retrieval_only" in done.stdout
