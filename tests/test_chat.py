"""A conversation in a terminal, with a scripted bot: what is shown when, and what Ctrl-C and Ctrl-D end."""

import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO

import pytest
from rich.console import Console

from bot.answer import Answer, Citation, ClosePassage, Sentence, Timings
from bot.chat import Chat
from bot.errors import AnswerNotFound, InvalidQuestion, NotReady
from bot.events import Event, Status
from bot.keyboard import PROMPT
from bot.phrases import Phrases
from bot.terminal import Terminal
from index.errors import IndexDamaged
from tests.footnote_process import DEADLINE_S, environment

PHRASES = Phrases(**{name: name for name in Phrases.__dataclass_fields__})
RETRIEVING = Status("retrieving", "searching the documents")
CITATION = Citation(1, "leave.md", "Leave", "Leave is 28 days.", 0, 17, None, "0" * 64, "/documents/leave.md", 0.9)
PROVEN = Sentence("Leave is 28 days.", (1,))
WITHHELD = Sentence("The director earns a million.", (), "no passage says so")
ANSWER = Answer(
    id="a1",
    conversation_id="c1",
    question="How much leave?",
    standalone_question="How much leave?",
    answered=True,
    sentences=(PROVEN,),
    answer="Leave is 28 days. [1]",
    confidence=0.9,
    writer="extractive",
    citations=(CITATION,),
    closest=(),
    took_ms=Timings(1.0, 1.0, 1.0, 300.0),
)
SHOWN = "Leave is 28 days. [1]\n\n[1] Leave — leave.md\n    Leave is 28 days.\n\nconfidence 0.90 · 0.3 s\n\n"

Step = Event | Exception | Callable[[], None]


@dataclass(slots=True)
class ScriptedAnswering:
    """Answers each question with the next script: gives its events, raises its errors, makes its calls."""

    scripts: list[Sequence[Step]]
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    closed: int = 0

    async def stream(self, question: str, conversation_id: str | None = None) -> AsyncGenerator[Event, None]:
        self.asked.append((question, conversation_id))
        try:
            for step in self.scripts.pop(0):
                if isinstance(step, Exception):
                    raise step
                if callable(step):
                    step()
                    await asyncio.Event().wait()
                else:
                    yield step
        finally:
            await asyncio.sleep(0)
            self.closed += 1


@dataclass(frozen=True, slots=True)
class Heard:
    """What a chat printed, and what it asked."""

    out: str
    err: str
    asked: list[tuple[str, str | None]]
    closed: int


def chat(
    lines: Sequence[str | type[BaseException]],
    *scripts: Sequence[Step],
    explain: Callable[[str], str] = "how {} came about".format,
) -> Heard:
    """A conversation of these lines; an exception is raised where a line is awaited, EOFError at the end."""
    out, err, answering = StringIO(), StringIO(), ScriptedAnswering(list(scripts))
    waiting = iter([*lines, EOFError])

    def read_line() -> str:
        line = next(waiting)
        if isinstance(line, str):
            return line
        raise line

    Chat(answering, Terminal(Console(file=out), Console(file=err)), PHRASES, explain).run(read_line)
    return Heard(out.getvalue(), err.getvalue(), answering.asked, answering.closed)


def interrupted() -> None:
    """Ctrl-C, as the system delivers it."""
    signal.raise_signal(signal.SIGINT)


class TestAnswers:
    def test_an_answer_is_followed_by_its_footnotes(self) -> None:
        """As `footnote ask` shows it, with an empty line behind it; what programs read has nothing else."""
        heard = chat(["How much leave?"], [RETRIEVING, CITATION, PROVEN, ANSWER])
        assert (heard.out, heard.err) == (SHOWN, "")

    def test_a_sentence_is_shown_before_the_next_is_made(self) -> None:
        """People read while the model writes."""
        out, seen = StringIO(), []

        class Watched(ScriptedAnswering):
            async def stream(self, question: str, conversation_id: str | None = None) -> AsyncGenerator[Event, None]:
                async for event in ScriptedAnswering.stream(self, question, conversation_id):
                    yield event
                    seen.append(out.getvalue())

        answering = Watched([[CITATION, PROVEN, ANSWER]])
        lines = iter(["How much leave?", "/quit"])
        Chat(answering, Terminal(Console(file=out), Console(file=StringIO())), PHRASES, str).run(lines.__next__)
        assert seen == ["", "Leave is 28 days. [1]\n", "Leave is 28 days. [1]\n"]

    def test_what_is_withheld_is_not_shown(self) -> None:
        """The notice says that something is missing, and nothing else does."""
        answer = replace(ANSWER, sentences=(PROVEN, WITHHELD), notice="1 sentence was left out.")
        heard = chat(["How much leave?"], [CITATION, PROVEN, WITHHELD, answer])
        assert "million" not in heard.out + heard.err
        assert "1 sentence was left out." in heard.out

    def test_an_abstention_shows_the_closest_passages(self) -> None:
        """Nothing was shown before it, so it is shown whole."""
        passage = ClosePassage("b.md", "b", "Some passage.", 0, 13, None, 0.5, "/documents/b.md")
        answer = replace(
            ANSWER, answered=False, sentences=(WITHHELD,), answer="I don't know.", citations=(), closest=(passage,)
        )
        heard = chat(["Why?"], [RETRIEVING, WITHHELD, answer])
        assert heard.out == "I don't know.\n\nclosest_passages\n\nb.md\n    Some passage.\n\n0.3 s\n\n"

    def test_sentences_that_are_taken_back_are_called_so(self) -> None:
        """The model failed after it had said something: one line says so, then comes what is true."""
        other = Sentence("The model said this.", (1,))
        fallback = Status("fallback", "the model\nbroke off")
        heard = chat(["How much leave?"], [CITATION, other, fallback, CITATION, PROVEN, ANSWER])
        assert heard.out == (
            "The model said this. [1]\nThe sentences above are withdrawn: the model broke off\n" + SHOWN
        )

    def test_where_nothing_was_shown_nothing_is_taken_back(self) -> None:
        """A model that fails at once is told of in the notice alone."""
        heard = chat(["How much leave?"], [Status("fallback", "it is down"), CITATION, PROVEN, ANSWER])
        assert heard.out == SHOWN

    def test_an_abstention_after_withdrawn_sentences_is_shown_whole(self) -> None:
        """What was taken back is no answer."""
        answer = replace(ANSWER, answered=False, sentences=(), answer="I don't know.", citations=())
        heard = chat(["Why?"], [CITATION, PROVEN, Status("fallback", "it is down"), answer])
        assert heard.out.endswith("withdrawn: it is down\nI don't know.\n\n0.3 s\n\n")

    def test_text_of_models_and_documents_steers_no_terminal(self) -> None:
        """Neither in sentences nor in statuses nor in explanations."""
        evil = "\x1b]0;pwned\x07[red]\x9b"
        sentence = replace(PROVEN, text=evil)
        answer = replace(ANSWER, sentences=(sentence,), citations=(replace(CITATION, quote=evil, title=evil),))
        heard = chat(["x", "/why"], [sentence, Status("fallback", evil), sentence, answer], explain=lambda _: evil)
        assert heard.out.count("␛]0;pwned␇[red]") == 6
        assert not set(heard.out) & set("\x1b\x07\x9b")


class TestConversation:
    def test_questions_of_a_session_are_one_conversation(self) -> None:
        """Each after the first goes on with the id that the first answer names."""
        heard = chat(["One?", "", "  ", " Two? \r", "Three?"], [ANSWER], [ANSWER], [ANSWER])
        assert heard.asked == [("One?", None), ("Two?", "c1"), ("Three?", "c1")]

    def test_new_begins_another(self) -> None:
        """The next question knows nothing of the earlier ones."""
        heard = chat(["One?", "/new", "Two?"], [ANSWER], [ANSWER])
        assert [conversation for _, conversation in heard.asked] == [None, None]

    def test_why_explains_the_last_answer(self) -> None:
        """By its id, in as many lines as it takes."""
        second = replace(ANSWER, id="a2")
        heard = chat(["One?", "Two?", "/why"], [ANSWER], [second], explain="how {}\ncame about".format)
        assert heard.out.endswith("how a2\ncame about\n")

    def test_without_an_answer_there_is_no_why(self) -> None:
        """That is said, and the conversation goes on."""
        heard = chat(["/why", "One?"], [ANSWER])
        assert (heard.out, heard.err) == (SHOWN, "footnote: there is no answer yet\n")

    def test_help_names_every_command(self) -> None:
        """On stdout, as it was asked for."""
        heard = chat(["/help"])
        assert all(command in heard.out for command in ("/new", "/why", "/help", "/quit"))

    @pytest.mark.parametrize("line", ["/", "/nwe", "/Quit"])
    def test_a_misspelt_command_is_no_question(self, line: str) -> None:
        """Whoever mistypes one does not want an answer to it."""
        heard = chat([line, "One?"], [ANSWER])
        assert heard.asked == [("One?", None)]
        assert heard.err == "footnote: there is no such command; /help names them all\n"

    def test_a_question_may_begin_with_a_slash(self) -> None:
        """Paths are asked about, too."""
        assert chat(["/etc/hosts is what?"], [ANSWER]).asked == [("/etc/hosts is what?", None)]

    def test_quit_ends(self) -> None:
        """What follows is not read."""
        assert chat(["/quit", "One?"]).asked == []


class TestTrouble:
    @pytest.mark.parametrize("problem", [InvalidQuestion("it is\nodd"), NotReady(3), IndexDamaged("damaged")])
    def test_a_problem_is_one_line_and_the_conversation_goes_on(self, problem: Exception) -> None:
        """The next question may be answered; the conversation is still the same."""
        heard = chat(["One?", "Two?", "Three?"], [ANSWER], [RETRIEVING, problem], [ANSWER])
        assert heard.err == f"footnote: {' '.join(str(problem).split())}\n"
        assert heard.out == SHOWN * 2
        assert heard.asked[-1] == ("Three?", "c1")

    def test_an_explanation_that_fails_is_a_problem_like_any_other(self) -> None:
        """The record may be gone."""

        def explain(_: str) -> str:
            raise AnswerNotFound("no such answer is kept")

        assert chat(["One?", "/why", "Two?"], [ANSWER], [ANSWER], explain=explain).out == SHOWN * 2

    def test_the_unexpected_is_not_hidden(self) -> None:
        """A mistake of ours ends the chat with its name."""
        with pytest.raises(ZeroDivisionError):
            chat(["One?"], [ZeroDivisionError()])

    def test_ctrl_c_stops_the_answer_and_not_the_conversation(self) -> None:
        """The work is closed, with time to clean up, and the next question is answered."""
        heard = chat(["One?", "Two?"], [CITATION, PROVEN, interrupted], [ANSWER])
        assert heard.err == "footnote: stopped\n"
        assert heard.out == "Leave is 28 days. [1]\n" + SHOWN
        assert heard.closed == 2

    def test_ctrl_c_where_a_question_is_awaited_ends(self) -> None:
        """There is nothing else to stop."""
        assert chat(["One?", KeyboardInterrupt, "Two?"], [ANSWER]).asked == [("One?", None)]


TALK = """
import asyncio, sys
from dataclasses import replace
from bot.chat import Chat
from bot.keyboard import Keyboard
from bot.terminal import Terminal
from tests.test_chat import ANSWER, CITATION, PHRASES, PROVEN, RETRIEVING

class Slow:
    async def stream(self, question, conversation_id=None):
        yield RETRIEVING
        if question == "slow":
            await asyncio.Event().wait()
        yield CITATION
        yield PROVEN
        yield replace(ANSWER, answer=ascii(question))

Chat(Slow(), Terminal.standard(), PHRASES, str).run(Keyboard.standard().read_line)
print("the end", file=sys.stderr)
"""


@dataclass(slots=True)
class Person:
    """Someone at a terminal: reads what appears there and types."""

    terminal: int
    read: str = ""

    def reads(self, words: str) -> None:
        """Goes on reading until these words appear."""
        while words not in self.read:
            assert select.select([self.terminal], [], [], DEADLINE_S)[0], f"{words!r} does not follow {self.read!r}"
            self.read += os.read(self.terminal, 65536).decode(errors="replace")
        self.read = self.read.partition(words)[2]

    def types(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())


@contextmanager
def at_a_terminal(program: str) -> Iterator[tuple[Person, "subprocess.Popen[bytes]"]]:
    """The program in a terminal of its own, killed at the end if need be."""
    master, slave = pty.openpty()

    def take_the_terminal() -> None:
        os.setsid()
        os.close(os.open(os.ttyname(0), os.O_RDWR))  # Ctrl-C goes to whom the terminal controls

    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment(TERM="xterm", PYTHONUTF8="1"),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=take_the_terminal,
    ) as process:
        os.close(slave)
        try:
            yield Person(master), process
        finally:
            process.kill()
            os.close(master)


def test_a_person_at_a_terminal() -> None:
    """A prompt; what is being done; Ctrl-C stops an answer, Ctrl-D ends."""
    with at_a_terminal(TALK) as (person, process):
        person.reads("/help")
        person.reads(PROMPT)
        person.types("slow\n")
        person.reads("searching the documents")
        person.types("\x03")
        person.reads("stopped")
        person.reads(PROMPT)
        person.types("How much leave?\n")
        person.reads("Leave is 28 days.")
        person.reads("confidence 0.90")
        person.reads(PROMPT)
        person.types("\x04")
        person.reads("the end")
        assert process.wait(DEADLINE_S) == 0


def test_questions_from_a_pipe() -> None:
    """One a line, no prompt and no colours; bytes that are no text are a line like any other."""
    done = subprocess.run(
        [sys.executable, "-c", TALK],
        env=environment(PYTHONIOENCODING="utf-8:strict"),  # as in most people's shells
        input=b"How much leave?\r\n\n\xff?",
        capture_output=True,
        timeout=DEADLINE_S,
    )
    assert done.stdout.decode() == SHOWN * 2
    assert done.stderr == b"the end\n"
