"""The history: what it keeps, for how long, through crashes and crowds, and how it says that it cannot."""

import random
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, Engine, create_engine, event, text

from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.history import FORGOTTEN_AT_ONCE, History, history_url
from bot.history_tables import METADATA
from bot.history_version import VERSION, VERSION_TABLE
from bot.no_history import NoHistory
from bot.record import Record
from bot.turn import Turn
from tests.records import ANY_RECORD, ASKED_AT, a_record, an_abstention, an_answer

CHECKOUT = Path(__file__).parents[1]
FILE = "history.sqlite"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History.open(history_url(tmp_path, None), keep_days=90)
    yield history
    history.close()


@pytest.fixture
def each_connection() -> Iterator[Callable[[str], None]]:
    """Runs a statement on every connection that is opened from now on."""
    statements: list[str] = []

    def run(connection: Any, _: object) -> None:
        for statement in statements:
            connection.execute(statement)

    event.listen(Engine, "connect", run)
    yield statements.append
    event.remove(Engine, "connect", run)


def ask(history: History, conversation: str, answer_id: str, question: str = "Who pays for it?", **more: Any) -> Record:
    """A question that is begun and answered."""
    answer = an_answer(id=answer_id, conversation_id=conversation, question=question, **more)
    record = a_record(answer)
    history.begin(conversation, answer_id, question, record.asked_at)
    history.finish(record)
    return record


def in_sql(path: Path, statement: str) -> list[Any]:
    """What the file says to any other program."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows


# What is kept


def test_turns_before_a_moment_leave_out_what_was_asked_since(history: History) -> None:
    """An edited question must not build on its own first answer."""
    ask(history, "c", "a1", "first?")
    assert [turn.question for turn in history.turns("c", before=ASKED_AT)] == []
    assert [turn.question for turn in history.turns("c", before=ASKED_AT + timedelta(seconds=1))] == ["first?"]


def test_an_answer_is_kept_with_its_whole_record(history: History) -> None:
    """What was finished is told again exactly, withheld words included."""
    record = ask(history, "c1", "a1")
    assert history.record("a1") == record


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_RECORD)
def test_any_record_is_kept_exactly(history: History, record: Record) -> None:
    """NUL, halves of surrogate pairs and odd numbers come back as they were, and disturb no turn."""
    answer = record.answer
    history.finish(record)
    assert history.record(answer.id) == record
    assert all(turn.answer.encode() and "\0" not in turn.answer for turn in history.turns("c1") if turn.answer)
    with pytest.raises(AnswerNotFound):
        history.record(f"{answer.id} ")


def test_turns_are_what_was_said_oldest_first(history: History) -> None:
    """Answers without markers and without what was withheld; a question that was not answered has none."""
    ask(history, "c1", "a1", "Who commands it?")
    abstention = an_abstention(id="a2", conversation_id="c1")
    history.begin("c1", "a2", abstention.question, ASKED_AT)
    history.finish(a_record(abstention))
    assert history.turns("c1") == [
        Turn("Who commands it?", "Who pays for the mission in Haiti?", "The United States pays most of it."),
        Turn("Who pays for it?", "Who pays for the mission in Haiti?", ""),
    ]


def test_turns_are_the_latest(history: History) -> None:
    """At most as many as wanted, in the order of asking, even if all were asked at the same time."""
    for number in range(12):
        ask(history, "c1", f"a{number}", f"Question {number}?")
    assert [turn.question for turn in history.turns("c1", 2)] == ["Question 10?", "Question 11?"]
    assert len(history.turns("c1")) == 10


def test_an_unknown_conversation_has_no_turns(history: History) -> None:
    """It begins with the next question."""
    assert history.turns("never'; DROP TABLE answers; --") == []


def test_a_question_without_an_answer_is_no_turn(history: History) -> None:
    """While it is being worked on; who asks for its answer is told so."""
    history.begin("c1", "a1", "Who pays for it?", ASKED_AT)
    assert history.turns("c1") == []
    with pytest.raises(AnswerNotFound, match="has no answer: it is being worked on, or the program ended before"):
        history.record("a1")


@pytest.mark.parametrize("answer_id", ["a2", "", "A1", "a1\0", "a1\n", "\udce9", "a" * 201, "%", "' OR 1=1 --"])
def test_an_unknown_answer_is_not_found(history: History, answer_id: str) -> None:
    """Whatever its id is made of."""
    ask(history, "c1", "a1")
    with pytest.raises(AnswerNotFound, match=r"^no answer of that id is kept$"):
        history.record(answer_id)


def test_the_latest_answer_is_that_of_the_latest_question(history: History) -> None:
    """Whatever was finished last; a question that has no answer yet does not count."""
    history.begin("c1", "a1", "Who pays for it?", ASKED_AT)
    second = ask(history, "c2", "a2")
    history.finish(a_record())
    history.begin("c1", "a3", "And then?", ASKED_AT)
    assert history.latest() == second


def test_without_any_answer_there_is_no_latest(history: History) -> None:
    """It is said in words."""
    history.begin("c1", "a1", "Who pays for it?", ASKED_AT)
    with pytest.raises(AnswerNotFound, match=r"^no answer is kept yet$"):
        history.latest()


def test_finishing_twice_is_as_finishing_once(history: History) -> None:
    """One turn, one answer."""
    record = ask(history, "c1", "a1")
    history.finish(record)
    assert len(history.turns("c1")) == 1
    assert history.record("a1") == record


def test_beginning_twice_is_as_beginning_once(history: History) -> None:
    """Whoever picks up a question after a crash begins it again; an answer that was made already stays."""
    history.begin("c1", "a1", "Who pays for it?", ASKED_AT)
    history.begin("c1", "a1", "Who pays for it?", ASKED_AT + timedelta(seconds=9))
    record = a_record()
    history.finish(record)
    history.begin("c1", "a1", "Who pays for it?", ASKED_AT + timedelta(seconds=20))
    assert history.record("a1") == record
    assert len(history.turns("c1")) == 1


def test_an_answer_that_was_never_begun_is_kept_all_the_same(history: History) -> None:
    """If the database could not be used for a moment when it was asked."""
    history.finish(a_record())
    assert history.record("a1") == a_record()
    assert [turn.question for turn in history.turns("c1")] == ["Who pays for it?"]


def test_a_huge_answer_is_kept(history: History) -> None:
    """Ten million characters, most of them not ASCII."""
    record = a_record(an_answer(answer="ü" * 10_000_000))
    history.finish(record)
    assert history.record("a1") == record


def test_other_programs_can_count_what_was_answered(history: History, tmp_path: Path) -> None:
    """The columns say it in plain values; times are in UTC."""
    ask(history, "c1", "a1")
    columns = "asked_at, answered_at, answered, writer, model, confidence, total_ms"
    assert in_sql(tmp_path / FILE, f"SELECT {columns} FROM answers") == [
        ("2026-03-01 12:00:05.250000", "2026-03-01 12:00:06.070000", 1, "generative", "small-model", 0.83, 820.0)
    ]


# Crowds and crashes


def test_conversations_at_once_do_not_mix(history: History) -> None:
    """32 of them, on threads that start together: each is told its own turns and no others, in order."""
    start = threading.Barrier(32)

    def converse(number: int) -> bool:
        start.wait()
        said: list[str] = []
        for turn in range(6):
            question = f"Question {turn} of {number}?"
            assert [one.question for one in history.turns(f"c{number}")] == said
            ask(history, f"c{number}", f"a{number}-{turn}", question)
            said.append(question)
        return all(history.record(f"a{number}-{turn}").answer.question == one for turn, one in enumerate(said))

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(converse, range(32)))


CHILD = """
import sys
from pathlib import Path
from bot.history import History, history_url
from tests.records import ASKED_AT, a_record, an_answer
history = History.open(history_url(Path(sys.argv[1]), None), 90)
print("open", flush=True)
for line in sys.stdin:
    step, answer_id = line.split()
    answer = an_answer(id=answer_id, conversation_id="c1", question=f"Question {answer_id}?")
    if step == "begin":
        history.begin("c1", answer_id, answer.question, ASKED_AT)
    else:
        history.finish(a_record(answer))
    print(step, flush=True)
history.close()
"""


class OtherProcess:
    """A program of its own with the same history, which takes one step at a time."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-c", CHILD, str(home)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=CHECKOUT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def opened(self) -> bool:
        return self.process.stdout.readline() == "open\n"

    def step(self, step: str, answer_id: str) -> None:
        self.process.stdin.write(f"{step} {answer_id}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"{step}\n"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL
        self._close_pipes()

    def end(self) -> None:
        _, complaints = self.process.communicate()
        assert (self.process.returncode, complaints) == (0, "")

    def _close_pipes(self) -> None:
        self.process.communicate()


def test_killed_between_question_and_answer_the_conversation_is_intact(tmp_path: Path) -> None:
    """Earlier turns are there, the unanswered question is none, and the conversation goes on."""
    other = OtherProcess(tmp_path)
    assert other.opened()
    other.step("begin", "a1")
    other.step("finish", "a1")
    other.step("begin", "a2")
    other.kill()
    history = History.open(history_url(tmp_path, None), keep_days=90)
    assert [turn.question for turn in history.turns("c1")] == ["Question a1?"]
    assert history.record("a1").answer.question == "Question a1?"
    with pytest.raises(AnswerNotFound, match="has no answer"):
        history.record("a2")
    ask(history, "c1", "a3", "And then?")
    assert [turn.question for turn in history.turns("c1")] == ["Question a1?", "And then?"]
    history.close()


def test_two_processes_share_a_history(history: History, tmp_path: Path) -> None:
    """What one has kept the other tells."""
    other = OtherProcess(tmp_path)
    assert other.opened()
    other.step("begin", "a1")
    ask(history, "c1", "a2", "Question a2?")
    other.step("finish", "a1")
    assert [turn.question for turn in history.turns("c1")] == ["Question a1?", "Question a2?"]
    other.end()


def test_processes_that_start_together_make_one_history(tmp_path: Path) -> None:
    """None of them fails because another one is making the tables at that moment."""
    others = [OtherProcess(tmp_path) for _ in range(4)]
    assert all(other.opened() for other in others)
    for number, other in enumerate(others):
        other.step("finish", f"a{number}")
        other.end()
    assert in_sql(tmp_path / FILE, "SELECT count(*) FROM answers") == [(4,)]


def test_threads_that_start_together_make_one_history(tmp_path: Path) -> None:
    """In rounds, each on a new file: Alembic and SQLite's change to WAL let one at a time do their work."""
    start = threading.Barrier(8)

    def open_and_ask(home: Path, number: int) -> None:
        start.wait()
        history = History.open(history_url(home, None), keep_days=90)
        ask(history, "c1", f"a{number}")
        history.close()

    with ThreadPoolExecutor(8) as pool:
        for home in (tmp_path / str(number) for number in range(10)):
            home.mkdir()
            list(pool.map(open_and_ask, [home] * 8, range(8)))
            assert in_sql(home / FILE, "SELECT count(*) FROM answers") == [(8,)]


# Forgetting


def test_what_is_old_is_forgotten_and_the_rest_is_kept(history: History) -> None:
    """Whole answers, to the second; a conversation goes with its last one."""
    ask(history, "old", "a1")
    ask(history, "both", "a2")
    late = a_record(an_answer(id="a3", conversation_id="both"), asked_at=ASKED_AT + timedelta(days=1))
    history.finish(late)
    assert history.forget_old(ASKED_AT + timedelta(days=90)) == 0
    assert history.forget_old(ASKED_AT + timedelta(days=90, seconds=1)) == 2
    assert history.turns("old") == []
    assert len(history.turns("both")) == 1
    assert history.record("a3") == late
    with pytest.raises(AnswerNotFound):
        history.record("a1")


def test_empty_conversations_and_unanswered_questions_go_too(
    tmp_path: Path, each_connection: Callable[[str], None]
) -> None:
    """Nothing remains of what is old, not even its words in the file, however SQLite was built."""
    each_connection("PRAGMA secure_delete = OFF")
    history = History.open(history_url(tmp_path, None), keep_days=90)
    history.begin("c1", "a1", "How is the secret recipe made?", ASKED_AT)
    ask(history, "c2", "a2")
    assert history.forget_old(ASKED_AT + timedelta(days=91)) == 2
    assert in_sql(tmp_path / FILE, "SELECT (SELECT count(*) FROM answers), (SELECT count(*) FROM conversations)") == [
        (0, 0)
    ]
    history.close()
    assert b"secret recipe" not in (tmp_path / FILE).read_bytes()


def test_forgetting_lets_others_in_between(history: History) -> None:
    """A few answers at a time, each few in a transaction of their own."""
    many = 2 * FORGOTTEN_AT_ONCE + 1
    for number in range(many):
        history.begin(f"c{number % 7}", f"a{number}", "Why?", ASKED_AT)
    commits: list[object] = []

    def count(connection: object) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", count)
    assert history.forget_old(ASKED_AT + timedelta(days=91)) == many
    event.remove(Engine, "commit", count)
    assert len(commits) >= 3


@pytest.mark.parametrize("keep_days", [0, 1e300, float("inf"), 10_000_000])
def test_history_may_be_kept_for_good(tmp_path: Path, keep_days: float) -> None:
    """0 days mean that, and so do more than the calendar has."""
    history = History.open(history_url(tmp_path, None), keep_days)
    ask(history, "c1", "a1")
    assert history.forget_old(ASKED_AT + timedelta(days=365_000)) == 0
    assert len(history.turns("c1")) == 1
    history.close()


def test_age_does_not_depend_on_the_clock_s_zone(history: History) -> None:
    """Times of any zone are compared as the moments they are."""
    zone = timezone(timedelta(hours=-7))
    ask(history, "c1", "a1")
    assert history.forget_old((ASKED_AT + timedelta(days=90)).astimezone(zone)) == 0
    assert history.forget_old((ASKED_AT + timedelta(days=90, seconds=1)).astimezone(zone)) == 1


# Tables and their versions


def migrate(connection: Connection, version: str) -> None:
    """As an earlier program would have left it."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(CHECKOUT / "bot" / "migrations"))
    command.upgrade(config, version)


def test_the_newest_migration_is_the_version() -> None:
    """The constant that spares each start Alembic's import is true, and the migrations form one line."""
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(CHECKOUT / "bot" / "migrations")).get_heads() == [VERSION]


def test_migrations_make_the_tables_that_are_used(history: History, tmp_path: Path) -> None:
    """Nothing is missing, nothing more is there, and every constraint has its name."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    engine.dispose()
    sql = "".join(row[0] for row in in_sql(tmp_path / FILE, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    constraints = {constraint.name for table in METADATA.tables.values() for constraint in table.constraints}
    assert {name for name in constraints if name not in sql} == {"answers_key"}  # SQLite's AUTOINCREMENT has no name


def test_opening_again_costs_no_alembic(tmp_path: Path) -> None:
    """It is imported to change tables only."""
    History.open(history_url(tmp_path, None), 90).close()
    program = (
        "import sys\nfrom pathlib import Path\nfrom bot.history import History, history_url\n"
        "History.open(history_url(Path(sys.argv[1]), None), 90).close()\nprint('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_history_of_the_first_version_gets_the_newer_tables(tmp_path: Path) -> None:
    """What is in it stays, and is forgotten with what was said about it as in a new one."""
    path = tmp_path / FILE
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrate(connection, "0001")
    engine.dispose()
    in_sql(path, "INSERT INTO conversations VALUES ('c1', '2026-03-01 12:00:00')")
    in_sql(
        path,
        "INSERT INTO answers (id, conversation, question, asked_at) VALUES ('a1', 'c1', 'Why?', '2026-03-01 12:00:00')",
    )
    history = History.open(history_url(tmp_path, None), 90)
    history.finish(a_record())
    in_sql(path, "INSERT INTO feedback (answer, person, up) SELECT number, 'ana', 1 FROM answers")
    assert [turn.question for turn in history.turns("c1")] == ["Why?"]
    assert history.forget_old(ASKED_AT + timedelta(days=91)) == 1
    assert in_sql(path, "SELECT count(*) FROM feedback") == [(0,)]
    assert in_sql(path, f"SELECT version_num FROM {VERSION_TABLE}") == [(VERSION,)]
    history.close()


def test_a_migration_that_breaks_off_leaves_nothing(tmp_path: Path, each_connection: Callable[[str], None]) -> None:
    """The next start makes all the tables."""
    each_connection("PRAGMA max_page_count = 4")
    with pytest.raises(HistoryUnavailable, match="the disk is full: nothing more can be written to"):
        History.open(history_url(tmp_path, None), 90)
    assert in_sql(tmp_path / FILE, "SELECT count(*) FROM sqlite_schema") == [(0,)]
    each_connection("PRAGMA max_page_count = 10000")
    history = History.open(history_url(tmp_path, None), 90)
    ask(history, "c1", "a1")
    history.close()


def test_a_newer_history_is_left_alone(tmp_path: Path) -> None:
    """Its version is named."""
    History.open(history_url(tmp_path, None), 90).close()
    in_sql(tmp_path / FILE, f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
    with pytest.raises(HistoryUnavailable, match=rf"a newer Footnote \(tables 0999, not {VERSION}\)$"):
        History.open(history_url(tmp_path, None), 90)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """If it has tables of the same names; what is in them stays."""
    in_sql(tmp_path / FILE, "CREATE TABLE answers (life INTEGER)")
    with pytest.raises(HistoryUnavailable, match="table answers already exists"):
        History.open(history_url(tmp_path, None), 90)
    assert in_sql(tmp_path / FILE, "SELECT name FROM sqlite_schema") == [("answers",)]


# When it cannot be used


def refusal(url: str) -> str:
    """Why a history cannot be opened; one line."""
    with pytest.raises(HistoryUnavailable) as refused:
        History.open(url, 90)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """And left as it is."""
    (tmp_path / FILE).write_text("Dear diary, this is no database at all. " * 100)
    words = f"{tmp_path / FILE} is damaged (it is no database); delete it to begin a new history"
    assert refusal(history_url(tmp_path, None)) == words
    assert (tmp_path / FILE).read_text().startswith("Dear diary")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """Its header is right, what follows is not."""
    history = History.open(history_url(tmp_path, None), 90)
    for number in range(20):
        ask(history, "c1", f"a{number}")
    history.close()
    content = bytearray((tmp_path / FILE).read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(HistoryUnavailable, match="is damaged; delete it to begin a new history"):
        History.open(history_url(tmp_path, None), 90).turns("c1")


def test_a_damaged_record_is_one_line(history: History, tmp_path: Path) -> None:
    """The others can still be read."""
    ask(history, "c1", "a1")
    kept = ask(history, "c1", "a2")
    for damage in (b"\0", zlib.compress(b"{}"), zlib.compress(b"\xff")):
        in_sql(tmp_path / FILE, f"UPDATE answers SET record = x'{damage.hex()}' WHERE id = 'a1'")
        with pytest.raises(HistoryUnavailable, match="the record of that answer is damaged"):
            history.record("a1")
    assert history.record("a2") == kept


def test_on_a_full_disk_what_was_kept_remains(tmp_path: Path, each_connection: Callable[[str], None]) -> None:
    """The answer that no longer fits is refused in one line, and the next one too."""
    each_connection("PRAGMA max_page_count = 44")
    history = History.open(history_url(tmp_path, None), 90)
    ask(history, "c1", "a1")
    noise = random.Random(1).randbytes(100_000).hex()
    for _ in range(2):
        with pytest.raises(HistoryUnavailable, match=r"^the disk is full: nothing more can be written to \S+$"):
            history.finish(a_record(an_answer(id="a2", answer=noise)))
    assert [turn.question for turn in history.turns("c1")] == ["Who pays for it?"]
    history.close()


def test_a_read_only_history_is_read(history: History, tmp_path: Path) -> None:
    """Only what has to be kept is refused."""
    ask(history, "c1", "a1")
    read_only = History.open(f"sqlite:///file:{tmp_path / FILE}?mode=ro&uri=true", 90)
    assert len(read_only.turns("c1")) == 1
    with pytest.raises(HistoryUnavailable, match="cannot be written: it is read-only"):
        read_only.begin("c1", "a2", "Why?", ASKED_AT)
    read_only.close()


def test_writing_does_not_wait_for_reading(tmp_path: Path) -> None:
    """Someone may look into the file with another program for as long as they like."""
    url = f"{history_url(tmp_path, None)}?timeout=0.01"
    history, engine = History.open(url, 90), create_engine(url)
    with engine.connect() as connection:
        connection.connection.driver_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT * FROM answers").all()
        ask(history, "c1", "a1")
        assert connection.exec_driver_sql("SELECT * FROM answers").all() == []
    assert len(history.turns("c1")) == 1
    engine.dispose()
    history.close()


def test_a_history_that_another_process_writes_to_is_waited_for_only_so_long(tmp_path: Path) -> None:
    """Reading goes on meanwhile."""
    url = f"{history_url(tmp_path, None)}?timeout=0.01"
    history = History.open(url, 90)
    ask(history, "c1", "a1")
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.connection.driver_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(HistoryUnavailable, match="another process is writing to"):
            history.begin("c1", "a2", "Why?", ASKED_AT)
        assert len(history.turns("c1")) == 1
    engine.dispose()
    history.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The history makes no folders."""
    words = f"{tmp_path / 'gone' / FILE} cannot be opened: its folder is missing or not accessible"
    assert refusal(history_url(tmp_path / "gone", None)) == words


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("history.sqlite", "the address of the history is no URL of SQLAlchemy, `dialect://…`"),
        ("postgresql://bot:hunter2@db:port/x", "the address of the history is no URL of SQLAlchemy, `dialect://…`"),
        ("sqlite://", "the address of the history names no file, `sqlite:///path`"),
        ("sqlite:///:memory:", "the address of the history names no file, `sqlite:///path`"),
        ("cardfile://bot:hunter2@db/x", "SQLAlchemy knows no database 'cardfile'"),
        ("mssql+pymssql://bot:hunter2@db/x", "the driver of mssql+pymssql is not installed: No module named 'pymssql'"),
        ("sqlite:///x?timeout=soon", "the address of the history has an option that sqlite lacks"),
    ],
)
def test_a_wrong_address_is_one_line_without_the_password(url: str, reason: str) -> None:
    """It says what is wrong with it."""
    assert refusal(url) == reason


@pytest.mark.parametrize("name", ["plain", "a b", "ques?tion", "100%25", "#hash", "a@b:c", "é", "semi;colon&"])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    """The file lies below it, whatever its name would mean in a URL."""
    home = tmp_path / name
    home.mkdir()
    History.open(history_url(home, None), 90).close()
    assert [path.name for path in home.iterdir()] == [FILE]


def test_a_configured_address_wins(tmp_path: Path) -> None:
    """It is used as it stands."""
    assert history_url(tmp_path, "postgresql://db/footnote") == "postgresql://db/footnote"


def test_without_a_history_nothing_is_kept_and_nothing_fails() -> None:
    """Questions are answered, each as the first of its conversation."""
    history = NoHistory()
    history.begin("c1", "a1", "Why?", ASKED_AT)
    history.finish(a_record())
    assert history.turns("c1") == []
    assert history.forget_old(ASKED_AT) == 0
    for look in (history.latest, partial(history.record, "a1")):
        with pytest.raises(HistoryUnavailable, match="nothing is kept"):
            look()
    history.close()
