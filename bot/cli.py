"""The command line: `footnote ask`, `chat`, `index`, `check`, `serve`, `keys`, `verify`, `explain`, `feedback`, `eval`.

Exit codes: 0 answered or ok, 1 a problem named in one line on stderr, 2 usage, 3 the documents do not answer.
"""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from bot.errors import AnsweringProblem
from bot.inert import inert, inert_json, inert_line
from index.errors import IndexProblem

if TYPE_CHECKING:
    from bot.answer import Answer
    from bot.feedback import JudgedAnswer
    from bot.settings import Settings

OK, PROBLEM, ABSTAINED, TERMINATED = 0, 1, 3, 143


class Terminated(SystemExit):
    """The process was told to end; on its way out it closes what is open."""


class Commands(TyperGroup):
    """Runs commands that return their exit code; what goes wrong in them becomes one line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()  # a reader who has gone away is noticed here, not when Python ends
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params["debug"]:
                raise
            code = _problem(error)
        raise typer.Exit(code or 0)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

feedback_app = typer.Typer(no_args_is_help=False, rich_markup_mode=None)
app.add_typer(feedback_app, name="feedback")
keys_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(keys_app, name="keys", help="Say who may ask over HTTP, and about which documents.")
slack_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(slack_app, name="slack", help="Set Slack up, say what is wrong with it, show it without a workspace.")

KeyScope = Literal["ask", "manage"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # what a terminal lacks letters for
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"footnote {version('footnote-bot')}")
        raise typer.Exit


@app.callback()
def footnote(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Answers questions from a folder of documents; every answer carries the exact words of its sources."""


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    conversation: Annotated[
        str | None, typer.Option(metavar="ID", help="The conversation that the question continues.")
    ] = None,
    json: Json = False,
) -> int:
    """Answer a question from the documents, as they are now."""
    import asyncio

    from bot.inquiry import inquiry
    from bot.question import checked_question
    from bot.terminal import Terminal
    from bot.wiring import load_phrases, load_settings

    settings, terminal = load_settings(), Terminal.standard()
    phrases = load_phrases(settings)
    asked = checked_question(question, settings.max_question_chars)  # before anything is indexed for it
    with inquiry(settings, terminal.progress, terminal.note) as answering:
        answer = asyncio.run(answering.answer(asked, conversation))
        if json:
            _print_answer_json(answer, settings)
        else:
            terminal.answer(answer, phrases.closest_passages)
        sys.stdout.flush()  # what is left to do need not be waited for
    return OK if answer.answered else ABSTAINED


@app.command()
def chat() -> int:
    """Talk with the documents: a question may build on those before it."""
    import asyncio

    from bot.chat import Chat
    from bot.explanation import explain as explanation_of
    from bot.inquiry import inquiry
    from bot.keyboard import Keyboard
    from bot.terminal import Terminal
    from bot.wiring import load_phrases, load_settings

    settings, terminal = load_settings(), Terminal.standard()
    phrases = load_phrases(settings)
    with inquiry(settings, terminal.progress, terminal.note) as answering:

        def why(answer_id: str) -> str:
            return explanation_of(asyncio.run(answering.record(answer_id)))

        Chat(answering, terminal, phrases, why).run(Keyboard.standard().read_line)
    return OK


@app.command()
def index(
    path: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="Instead of the documents folder.")] = None,
) -> int:
    """Make the index equal to the documents folder."""
    from bot.terminal import Terminal
    from bot.wiring import index_documents, load_settings

    configured, terminal = load_settings(), Terminal.standard()
    settings = configured.model_copy(update={"documents": path or configured.documents})
    with terminal.progress() as listener:
        report = index_documents(settings, listener)
    for name, reason in report.failed:
        terminal.line(f"{name} {reason}")
    terminal.line(report.line())
    if settings.documents.resolve() != configured.documents.resolve():
        terminal.note(f"set FOOTNOTE_DOCUMENTS={path}, or the next command looks at {configured.documents}")
    return OK


@app.command()
def check() -> int:
    """Prove that the index is equal to the documents folder, or list the differences."""
    from bot.terminal import Terminal
    from bot.wiring import check_index, load_settings

    differences, counts = check_index(load_settings())
    terminal = Terminal.standard()
    for difference in differences:
        terminal.line(difference)
    if differences:
        return PROBLEM
    terminal.line(f"index == folder: {counts.documents:,} documents, {counts.passages:,} passages")
    return OK


@app.command()
def verify(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="An answer's JSON; - reads standard input.")] = "-",
) -> int:
    """Prove an answer again, against the documents as they are now, or say what does not match."""
    from bot.inquiry import current_documents
    from bot.terminal import Terminal
    from bot.verification import read_answer
    from bot.verification import verify as differences_of
    from bot.wiring import load_settings

    answer, terminal = read_answer(file), Terminal.standard()
    with current_documents(load_settings(), terminal.progress, terminal.note) as document_of:
        differences = differences_of(answer, document_of)
    for difference in differences:
        terminal.line(difference)
    if differences:
        return PROBLEM
    terminal.line(f"proven: every quote stands in the documents as cited ({len(answer['citations'])} checked)")
    return OK


@app.command()
def explain(
    answer_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Instead of the latest answer.")] = None,
    json: Json = False,
) -> int:
    """Show how an answer came about: searches, passages, verdicts, times."""
    from bot.explanation import explain as explanation_of
    from bot.record_json import record_json
    from bot.wiring import kept_history, load_settings

    with kept_history(load_settings()) as history:
        record = history.latest() if answer_id is None else history.record(answer_id)
    if json:
        _print_json(record_json(record))
    else:
        print(inert(explanation_of(record)))
    return OK


@feedback_app.callback(invoke_without_command=True)
def feedback(context: typer.Context, json: Json = False) -> int:
    """Show what people think of answers, the latest question first."""
    from bot.feedback_report import as_json, render

    if context.invoked_subcommand:
        return OK
    judged = _kept_feedback()
    if json:
        _print_json(as_json(judged))
    else:
        print(inert(render(judged)))
    return OK


@feedback_app.command()
def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Instead of standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> int:
    """Write judged answers as questions for `footnote eval`.

    An answer with more votes for than against it becomes a question with its short answer, or else its quotes, as
    "answers", and the documents that it cites as "docs". An abstention that people voted for becomes a question that
    the documents do not answer. A question that should be answered and never was becomes one that is only searched
    for ("retrieval_only"): write its "answers" and "docs" into the line and take that out. The documents are named as
    in the documents folder; the corpus of `footnote eval` must name them likewise.
    """
    from bot.answer_json import json_text
    from bot.feedback_report import questions
    from bot.line_file import write_lines
    from bot.terminal import Terminal
    from bot.wiring import load_settings

    judged, terminal = _kept_feedback(), Terminal.standard()
    lines = [inert_json(json_text(row)) for row in questions(judged, load_settings().max_question_chars)]
    if not lines:
        terminal.note("nothing to export: no answer was voted for, and no question is said to be missing one")
    elif file is None:
        _print_in_utf8("\n".join(lines))
    else:
        write_lines(file, lines, overwrite=force)
        terminal.line(f"questions written to {file}: {len(lines):,}")
    return OK


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = None,
    open_to_all: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Let whoever reaches the server ask without a key.")
    ] = None,
) -> int:
    """Answer questions over HTTP, and in Slack if its tokens are set, until told to stop."""
    import logging

    from bot.allocator import use_few_arenas
    from bot.http.admission import require_admittable
    from bot.http.app import create_app
    from bot.server_log import log_handler
    from bot.serving import listen, serve_until_stopped, url_of
    from bot.wiring import http_product, key_file, load_settings, served, slack_service

    given = {"host": host or None, "port": port, "open": open_to_all}
    settings = load_settings().model_copy(update={name: value for name, value in given.items() if value is not None})
    logging.basicConfig(handlers=[log_handler(settings)])
    logging.getLogger("bot").setLevel(logging.INFO)
    require_admittable(key_file(settings), settings)
    use_few_arenas()
    with served(settings) as parts, listen(settings.host, settings.port) as listening:
        slack = slack_service(settings, parts)
        app = create_app(http_product(settings, parts, slack))

        def started() -> None:
            print(f"Footnote answers on {url_of(listening)}{' and in Slack' if slack else ''}", flush=True)
            parts.engine.start()

        try:
            serve_until_stopped(app, listening, started, slack)
        except Terminated:
            return OK  # that is how a server ends
    return OK


@app.command()
def mcp() -> int:
    """Answer another program's model over MCP, on standard input and output, until it ends."""
    import asyncio
    import logging

    from bot.companion import companion
    from bot.mcp.product import Product
    from bot.mcp.stdio import serve_stdio
    from bot.server_log import log_handler
    from bot.wiring import load_settings

    settings = load_settings()
    logging.basicConfig(handlers=[log_handler(settings)])
    try:
        with companion(settings) as parts:
            parts.source.start()
            asyncio.run(serve_stdio(Product(parts.answering, parts.listing, settings.public_url)))
    except Terminated:
        return OK  # that is how it ends
    return OK


@keys_app.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what will use it, as logs are to say.")],
    scope: Annotated[
        KeyScope, typer.Option(help="`ask` questions, or also `manage`: put documents in and take them out.")
    ] = "ask",
    documents: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Only documents of such names, as in 'hr/*'; may be given several times."),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="WHEN", help="90d, 12h, or its last day in UTC, as in 2027-01-31.")
    ] = None,
) -> int:
    """Make a key and print it; a server that is running takes it at once."""
    from datetime import UTC, datetime

    from bot.key_expiry import expiry
    from bot.terminal import Terminal
    from bot.wiring import key_file, load_settings

    until = expiry(expires, datetime.now(UTC)) if expires else None
    key, secret = key_file(load_settings()).add(name, scope, documents or (), until)
    print(secret, flush=True)
    Terminal.standard().note(f"this is the key {key.name}; it is shown once and kept nowhere: hand it on, or store it")
    return OK


@keys_app.command("list")
def keys_list(json: Json = False) -> int:
    """Show which keys there are, without their secrets."""
    from datetime import UTC, datetime

    from bot.key_report import as_json, render
    from bot.wiring import key_file, load_settings

    ring, now = key_file(load_settings()).ring(), datetime.now(UTC)
    keys = ring.keys if ring else ()
    if json:
        _print_json(as_json(keys, now))
    else:
        print(inert(render(keys, now)))
    return OK


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Argument(metavar="NAME")]) -> int:
    """Make a key invalid; a server that is running refuses it from its next request on."""
    from bot.terminal import Terminal
    from bot.wiring import key_file, load_settings

    keys, terminal = key_file(load_settings()), Terminal.standard()
    left = keys.revoke(name)
    terminal.line(f"revoked: {name}")
    if not left.keys:
        terminal.note(
            "that was the last one: nobody has a key now; where nobody is to need one, stop the server, "
            f"delete {keys.path} and start it again"
        )
    return OK


@slack_app.command("manifest")
def slack_manifest(
    http: Annotated[
        str | None, typer.Option(metavar="URL", help="Where Slack reaches this server, instead of Socket Mode.")
    ] = None,
    name: Annotated[str, typer.Option(help="What the bot is called.")] = "Footnote",
    many: Annotated[bool, typer.Option("--many", help="For several workspaces, or a whole organisation.")] = False,
) -> int:
    """Print what Slack makes the app from."""
    from bot.slack.manifest import manifest

    _print_json(manifest(name, http, many_workspaces=many))
    return OK


@slack_app.command("check")
def slack_check(
    channels: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL…]", help="Ids of channels.")] = None,
) -> int:
    """Say in words what is wrong with tokens, scopes, network and membership."""
    import asyncio

    from bot.terminal import Terminal
    from bot.wiring import check_slack, load_settings

    terminal = Terminal.standard()
    findings = asyncio.run(check_slack(load_settings(), channels or ()))
    for finding in findings:
        terminal.line(f"{'ok' if finding.ok else 'wrong'}: {finding.words}")
    return OK if all(finding.ok for finding in findings) else PROBLEM


@slack_app.command("try")
def slack_try() -> int:
    """Talk with the bot in the terminal, as it would look in Slack; no workspace and no token are needed."""
    import asyncio
    from contextlib import suppress

    from bot.trial import trial
    from bot.wiring import load_settings

    with suppress(KeyboardInterrupt):
        asyncio.run(trial(load_settings()))
    return OK


@app.command("eval")
def evaluate(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS.jsonl")],
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl")],
    split: Annotated[str | None, typer.Option(help="Only questions of this split.")] = None,
    only_docs: Annotated[
        Path | None, typer.Option(help="Only questions about the articles that this file names.")
    ] = None,
    withhold: Annotated[
        bool, typer.Option("--withhold", help="Ask each question again without the documents that answer it.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many questions.")] = None,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Ask each question without the conversation that the file gives it.")
    ] = False,
    other_topic: Annotated[
        bool, typer.Option("--other-topic", help="Ask each question in a conversation about another article.")
    ] = False,
    json: Json = False,
) -> int:
    """Measure retrieval, answers and abstentions on questions with known answers."""
    from bot.evaluation import EvaluationOptions
    from bot.evaluation import evaluate as evaluation_of
    from bot.evaluation_report import as_json, render
    from bot.terminal import Terminal
    from bot.wiring import load_settings

    options = EvaluationOptions(split, only_docs, withhold, limit, history=not no_history, other_topic=other_topic)
    with Terminal.standard().progress() as listener:
        evaluation = evaluation_of(corpus, questions, load_settings(), options, listener)
    if json:
        _print_json(as_json(evaluation))
    else:
        print(inert(render(evaluation)))
    return OK


def _kept_feedback() -> "list[JudgedAnswer]":
    from bot.history_feedback import Feedback
    from bot.wiring import kept_history, load_settings

    with kept_history(load_settings()) as history:
        return Feedback(history.database).all()


def _print_answer_json(answer: "Answer", settings: "Settings") -> None:
    from bot.answer_json import answer_json

    _print_json(answer_json(answer, settings.public_url))


def _print_json(value: Any) -> None:
    from bot.answer_json import json_text

    _print_in_utf8(inert_json(json_text(value, indent=2)))


def _print_in_utf8(json: str) -> None:
    """Whatever the terminal speaks: that is what JSON is."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(json)


def _problem(error: Exception) -> int:
    words = str(error)
    if not isinstance(error, IndexProblem | AnsweringProblem):
        words = f"unexpected {type(error).__name__}: {words} (footnote --debug shows where)"
    print(f"footnote: {inert_line(words)}", file=sys.stderr)
    return PROBLEM


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated(TERMINATED)
