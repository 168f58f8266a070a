"""The command line: what it prints, and with which exit code it ends."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.fake_llm import FakeLLM, Reply
from tests.footnote_process import DEADLINE_S, Server, command, environment, run, serving, until

MISSION = "# The mission\n\nGodfrey Otunge commands the security mission in Haiti. It began in June.\n"
QUESTION = "Who commands the security mission in Haiti?"
UNANSWERABLE = "How many moons does Jupiter have?"


@pytest.fixture(autouse=True)
def documents(empty_folder: Path) -> Path:
    """One document in `seeds` of the working folder, where the program looks for documents."""
    folder = empty_folder / "seeds"
    folder.mkdir()
    (folder / "mission.md").write_text(MISSION)
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def invoke(*arguments: str, typed: str = "", **settings: str) -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed, env=dict(settings))


# --- ask


def test_ask_prints_answer_and_footnote() -> None:
    """The answer carries a marker, and below stands where it comes from, word for word."""
    done = invoke("ask", QUESTION)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "Godfrey Otunge commands the security mission in Haiti. [1]" in lines[0]
    assert lines[1:4] == [
        "",
        "[1] The mission — mission.md",
        "    Godfrey Otunge commands the security mission in Haiti.",
    ]


def test_ask_json_is_the_contract() -> None:
    """Programs get the whole answer; the quote is where the offsets say."""
    answer = json.loads(invoke("ask", QUESTION, "--json").stdout)
    (citation, *_) = answer["citations"]
    assert answer["answered"]
    assert MISSION[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["url"].startswith("/documents/mission.md?")


def test_ask_json_links_to_the_public_address() -> None:
    """With a public URL, the links in the JSON work everywhere."""
    done = invoke("ask", QUESTION, "--json", FOOTNOTE_PUBLIC_URL="https://docs.example.com")
    assert json.loads(done.stdout)["citations"][0]["url"].startswith("https://docs.example.com/documents/")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_abstaining_ends_with_3(options: list[str]) -> None:
    """Scripts can tell that nothing was found; the closest passages are shown."""
    done = invoke("ask", UNANSWERABLE, *options)
    assert done.exit_code == 3
    assert "Godfrey Otunge" in done.stdout


def test_without_documents_there_is_nothing_to_answer_from(documents: Path) -> None:
    """An empty folder is no error, but no answer either."""
    (documents / "mission.md").unlink()
    done = invoke("ask", QUESTION)
    assert done.exit_code == 3
    assert "no document is indexed" in done.stdout


@pytest.mark.parametrize("question", ["", "  ", "x" * 2001, "\0"])
def test_what_is_no_question_is_refused_before_indexing(question: str, empty_folder: Path) -> None:
    """Nobody waits for an index to learn that the question is empty."""
    done = invoke("ask", question)
    assert done.exit_code == 1
    assert done.stderr.startswith("footnote: the question ")
    assert not (empty_folder / ".footnote").exists()


def test_an_up_to_date_index_answers_without_anything_heavy() -> None:
    """The second question imports neither Chroma nor LlamaIndex nor a web framework."""
    assert invoke("index").exit_code == 0
    program = (
        "import sys\nfrom bot.cli import main\ntry:\n    main()\nfinally:\n"
        "    print([name for name in ('chromadb', 'llama_index', 'fastapi') if name in sys.modules])"
    )
    done = run("ask", QUESTION, program=program)
    assert "[1] The mission — mission.md" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""


def test_ask_brings_chroma_up_to_date_after_the_answer(documents: Path) -> None:
    """Whatever `ask` has indexed, `check` finds nothing missing."""
    assert invoke("ask", QUESTION).exit_code == 0
    assert invoke("check").exit_code == 0


def test_the_answer_is_out_before_chroma_is_touched(documents: Path, empty_folder: Path) -> None:
    """Even if the vectors cannot be written, the answer has been given."""
    (empty_folder / ".footnote").mkdir()
    (empty_folder / ".footnote" / "chroma").write_text("in the way")
    done = invoke("ask", QUESTION)
    assert "Godfrey Otunge" in done.stdout


# --- output for other programs


def test_piped_output_has_no_colours() -> None:
    """A file or a pipe gets the words alone, in long lines."""
    done = run("ask", QUESTION, TERM="xterm-256color", COLUMNS="20")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "    Godfrey Otunge commands the security mission in Haiti.\n" in done.stdout


def test_a_reader_who_has_gone_away_is_no_error() -> None:
    """`footnote ask ... | head -0` leaves no trace behind."""
    ours, theirs = os.pipe()
    os.close(ours)
    with subprocess.Popen(
        command("ask", QUESTION), env=environment(), stdout=theirs, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(theirs)
        _, errors = process.communicate(timeout=DEADLINE_S)
    assert errors == ""
    assert process.returncode == 1


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_any_terminal_can_show_any_letter(documents: Path, options: list[str]) -> None:
    """A terminal that speaks ASCII gets something readable, a program gets UTF-8, and nobody a trace."""
    (documents / "mission.md").write_text("Zoë Müller commands the security mission in Haiti.\n", encoding="utf-8")
    done = subprocess.run(
        command("ask", QUESTION, *options),
        env=environment(PYTHONIOENCODING="ascii"),
        capture_output=True,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stderr
    if options:
        assert "Zoë" in json.loads(done.stdout.decode("utf-8"))["answer"]
    else:
        assert rb"Zo\xeb" in done.stdout


def test_documents_cannot_steer_the_terminal(documents: Path) -> None:
    """Escape sequences in a document arrive as pictures in text, as escapes in JSON."""
    (documents / "mission.md").write_text("Evil \x1b]0;x\x07 \x9b2J Otunge commands the security mission in Haiti.\n")
    for options in ([], ["--json"]):
        done = invoke("ask", QUESTION, *options)
        assert "Otunge" in done.stdout
        assert not set(done.stdout) & set("\x1b\x07\x9b")


# --- index and check


def test_index_reports_in_its_last_line(documents: Path) -> None:
    """Unreadable files are named with their reason, then one line counts."""
    (documents / "broken.pdf").write_bytes(b"%PDF-1.7 nonsense")
    done = invoke("index")
    assert done.exit_code == 0
    *named, line = done.stdout.splitlines()
    assert [name.split()[0] for name in named] == ["broken.pdf"]
    assert line == "1 added, 0 changed, 0 removed, 0 unchanged, 1 failed"


def test_index_of_another_folder_says_how_to_stay_there(empty_folder: Path) -> None:
    """PATH is indexed instead of the documents folder, to which the next command would go back."""
    (empty_folder / "other").mkdir()
    (empty_folder / "other" / "a.md").write_text("Text.")
    done = invoke("index", "other")
    assert done.stdout.splitlines()[-1].startswith("1 added")
    assert "FOOTNOTE_DOCUMENTS=other" in done.stderr
    assert "FOOTNOTE_DOCUMENTS" not in invoke("index").stderr


def test_check_proves_or_lists(documents: Path) -> None:
    """Equal is 0 and a line with the counts; anything else is 1 and a line for each difference."""
    invoke("index")
    equal = invoke("check")
    assert (equal.exit_code, equal.stdout) == (0, "index == folder: 1 documents, 1 passages\n")
    (documents / "new.md").write_text("New.")
    different = invoke("check")
    assert (different.exit_code, different.stdout) == (1, "new.md is not in the index\n")


# --- chat, verify, explain


def test_chat_answers_line_by_line_and_remembers() -> None:
    """The second question is understood from the first; `/why` tells how."""
    done = invoke("chat", typed=f"{QUESTION}\nWhen did it begin?\n/why\n")
    assert done.exit_code == 0
    assert "Godfrey Otunge commands the security mission in Haiti. [1]" in done.stdout
    assert "It began in June. [1]" in done.stdout
    assert re.search(r"^standalone +When did the security mission begin\?$", done.stdout, re.MULTILINE)


def test_a_model_that_is_configured_writes() -> None:
    """Two settings are enough; what it cannot prove is left out."""
    said = "Godfrey Otunge commands the security mission in Haiti. [1] It has 5,000 soldiers. [1]"
    with FakeLLM(Reply.text(said)) as server:
        model = {"FOOTNOTE_LLM_BASE_URL": server.base_url, "FOOTNOTE_LLM_MODEL": "scripted"}
        answer = json.loads(invoke("ask", QUESTION, "--json", **model).stdout)
    assert (answer["writer"], answer["model"]) == ("generative", "scripted")
    assert answer["answer"] == "Godfrey Otunge commands the security mission in Haiti. [1]"
    assert "5,000" not in json.dumps(answer)


def test_an_answer_is_proven_again_until_its_document_changes(documents: Path) -> None:
    """From standard input or a file; what no longer matches is named, and the exit code says so."""
    answer = invoke("ask", QUESTION, "--json").stdout
    Path("answer.json").write_text(answer)
    assert invoke("verify", typed=answer).exit_code == 0
    assert invoke("verify", "answer.json").stdout.startswith("proven: every quote")
    (documents / "mission.md").write_text(MISSION.replace("Otunge", "Otieno"))
    changed = invoke("verify", "answer.json")
    assert changed.exit_code == 1
    assert "[1]: the document mission.md has changed since" in changed.stdout


@pytest.mark.parametrize("typed", ["", "no json", "[]", "{}"])
def test_what_is_no_answer_cannot_be_verified(typed: str) -> None:
    """One line says what is wrong with it."""
    done = invoke("verify", typed=typed)
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_explain_shows_how_an_answer_came_about(options: list[str]) -> None:
    """An answer of `ask` is kept, with every passage that was considered."""
    answer = json.loads(invoke("ask", QUESTION, "--json").stdout)
    done = invoke("explain", answer["id"], *options)
    assert done.exit_code == 0
    assert "cited as [1]" in done.stdout


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_explain_shows_the_latest_answer_unasked(options: list[str]) -> None:
    """The terminal shows no ids; an abstention is an answer, too."""
    invoke("ask", QUESTION)
    invoke("ask", UNANSWERABLE)
    done = invoke("explain", *options)
    assert done.exit_code == 0
    assert UNANSWERABLE in done.stdout
    assert "cited as" not in done.stdout


def test_without_any_answer_there_is_nothing_to_explain(empty_folder: Path) -> None:
    """One line says so, even where nothing was ever indexed."""
    done = run("explain")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "footnote: no answer is kept yet\n")


def test_an_unknown_answer_is_named() -> None:
    """In one line."""
    invoke("index")
    done = invoke("explain", "nothing")
    assert (done.exit_code, done.stderr) == (1, "footnote: no answer of that id is kept\n")


# --- eval


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_eval_measures_a_corpus(empty_folder: Path, options: list[str]) -> None:
    """Corpus and questions become figures, as a page or as JSON; the index of the documents is left alone."""
    rows = [
        {"id": "1", "title": "The mission", "text": MISSION},
        {"id": "2", "title": "Rain", "text": "Rain falls."},
    ]
    (empty_folder / "corpus.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    question = {"id": "q", "question": QUESTION, "answers": ["Godfrey Otunge"], "docs": ["1"]}
    (empty_folder / "questions.jsonl").write_text(json.dumps(question))
    done = invoke("eval", "corpus.jsonl", "questions.jsonl", *options)
    assert done.exit_code == 0
    if options:
        assert json.loads(done.stdout)["scorecard"]["retrieval"]["hit_at_1"]["value"] == 1.0
    else:
        assert "nDCG@10" in done.stdout
    assert invoke("check").stderr == "footnote: there is no index in .footnote yet\n"


# --- errors


@pytest.mark.parametrize(
    ("arguments", "settings", "line"),
    [
        (["check"], {}, "footnote: there is no index in .footnote yet"),
        (
            ["index", "nowhere"],
            {},
            "footnote: the documents in nowhere cannot be listed: no such file or directory",
        ),
        (
            ["ask", "x"],
            {"FOOTNOTE_PROT": "1"},
            "footnote: unknown setting FOOTNOTE_PROT; did you mean FOOTNOTE_PORT?",
        ),
    ],
)
def test_a_problem_is_one_line(arguments: list[str], settings: dict[str, str], line: str) -> None:
    """What went wrong, in words, on stderr, and exit code 1."""
    done = invoke(*arguments, **settings)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"{line}\n")


def test_a_file_in_the_way_of_the_vectors_is_one_line(empty_folder: Path) -> None:
    """What the file system refuses is named as what it is; a question is answered all the same."""
    (empty_folder / ".footnote").mkdir()
    (empty_folder / ".footnote" / "chroma").write_text("in the way")
    line = "footnote: the vectors of the index cannot be kept in .footnote/chroma: not a directory\n"
    done = invoke("index")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", line)
    asked = invoke("ask", QUESTION)
    assert "Godfrey Otunge" in asked.stdout
    assert (asked.exit_code, asked.stderr) == (1, line)


def test_debug_shows_where_a_problem_comes_from() -> None:
    """With --debug the same problem comes with its stack."""
    done = run("--debug", "check")
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr


def test_the_unexpected_is_one_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody meets a stack trace unasked; the line says how to get it."""

    def fail() -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("bot.wiring.load_settings", fail)
    done = invoke("index")
    assert done.exit_code == 1
    assert done.stderr == ("footnote: unexpected ZeroDivisionError: division by zero (footnote --debug shows where)\n")


@pytest.mark.parametrize("arguments", [["ask"], ["nonsense"], ["ask", "a", "b"], ["serve", "--port", "70000"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    """Scripts can tell a misspelt command from a problem."""
    assert invoke(*arguments).exit_code == 2


def test_a_question_may_look_like_an_option() -> None:
    """After `--` everything is the question."""
    assert invoke("ask", "--", "--who commands the security mission in Haiti?").exit_code == 0


def test_interrupting_leaves_no_trace(documents: Path, empty_folder: Path) -> None:
    """Ctrl-C ends with 130 and without a stack, and what was done until then is not lost."""
    write_long_corpus(documents)
    with subprocess.Popen(
        command("index"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=DEADLINE_S)[1]
    assert first.startswith("indexing, ")
    assert process.returncode == 130
    assert "Traceback" not in rest
    (documents / "corpus.jsonl").unlink()
    assert run("index").returncode == 0
    assert run("check").returncode == 0


# --- serve


def write_long_corpus(documents: Path) -> None:
    """Takes several steps to embed; it is one file, so nothing of it is served before all of it is read."""
    rows = ({"id": str(n), "text": f"Station {n} reports {n * 7} mm of rain in week {n}."} for n in range(3000))
    (documents / "corpus.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def test_ask_while_a_server_runs(server: Server) -> None:
    """The server owns the index; the question is answered from it all the same, with a note."""
    server.wait_until_ready()
    done = run("ask", QUESTION)
    assert done.returncode == 0
    assert "[1] The mission — mission.md" in done.stdout
    (note,) = done.stderr.splitlines()
    assert f"process {server.process.pid} (footnote serve" in note


def test_a_second_server_names_the_first(server: Server) -> None:
    """Two processes never write one index; the line says who has it."""
    done = run("serve", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("footnote: the index in .footnote is in use by process ")
    assert str(server.process.pid) in line


def test_a_port_in_use_is_one_line(server: Server) -> None:
    """The address is named, and the other index is left alone."""
    port = server.url.rpartition(":")[2]
    done = run("serve", "--port", port, FOOTNOTE_HOME="another")
    assert done.returncode == 1
    assert done.stderr == f"footnote: cannot listen on 127.0.0.1 port {port}: address already in use\n"


def test_stopping_a_server_in_the_middle_of_indexing(documents: Path) -> None:
    """SIGTERM ends it cleanly before the work is done; the next run goes on, and all is well."""
    write_long_corpus(documents)
    with serving() as server:
        until(lambda: server.get("/readyz")[1]["percent"] > 0)
        assert server.get("/readyz")[0] == 503
        assert server.stop() == 0
        assert server.process.stderr is not None
        assert server.process.stderr.read() == ""
    (documents / "corpus.jsonl").unlink()
    assert run("index").stdout.splitlines()[-1].endswith("0 failed")
    assert run("check").returncode == 0


def test_a_stopped_server_leaves_a_sound_index(server: Server) -> None:
    """After SIGTERM nothing is missing and nobody owns the index."""
    server.wait_until_ready()
    assert server.stop() == 0
    assert run("check").stdout == "index == folder: 1 documents, 1 passages\n"


# --- the rest


def test_version() -> None:
    """One line for bug reports."""
    done = invoke("--version")
    assert (done.exit_code, done.stdout.split()[0]) == (0, "footnote")


def test_without_a_command_help_is_shown() -> None:
    """Whoever types `footnote` learns what there is."""
    done = invoke()
    for name in ("ask", "chat", "index", "check", "serve", "verify", "explain", "eval"):
        assert f"  {name} " in done.output
