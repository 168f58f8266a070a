"""What people read in a terminal."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bot.answer import Answer, Citation, ClosePassage, Sentence, Timings
from bot.terminal import Terminal

QUOTE = "Godfrey Otunge commands the mission."
CITATION = Citation(1, "a/briefing.md", "A briefing", QUOTE, 10, 46, 3, "0" * 64, "/documents/a", 0.9)
ANSWER = Answer(
    id="1",
    conversation_id="2",
    question="Who commands the mission?",
    standalone_question="Who commands the mission?",
    answered=True,
    sentences=(Sentence(QUOTE, (1,)),),
    answer=f"{QUOTE} [1]",
    confidence=0.873,
    writer="extractive",
    citations=(CITATION,),
    closest=(),
    took_ms=Timings(1, 2, 3, 412),
)
PASSAGE = ClosePassage("b.md", "b", "Some passage.", 0, 13, None, 0.5, "/documents/b.md")
ABSTENTION = replace(
    ANSWER,
    answered=False,
    sentences=(),
    answer="I don't know.",
    citations=(),
    closest=(PASSAGE,),
    confidence=0,
)


def shown(answer: Answer, *, colours: bool = False, width: int = 200) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=colours, width=width, highlight=False, color_system="standard")
    Terminal(console, console).answer(answer, "The closest passages are:")
    return out.getvalue()


def test_an_answer_is_followed_by_its_footnotes() -> None:
    """Answer with markers; number, title, page, file and quote; in passing, how sure and how fast."""
    assert shown(ANSWER) == (
        "Godfrey Otunge commands the mission. [1]\n"
        "\n"
        "[1] A briefing, p. 3 — a/briefing.md\n"
        "    Godfrey Otunge commands the mission.\n"
        "\n"
        "confidence 0.87 · 0.4 s\n"
    )


def test_what_is_withheld_is_not_shown() -> None:
    """People read what is proven, and the notice that something is missing."""
    withheld = Sentence("He earns a million.", (), "no passage says so")
    text = shown(replace(ANSWER, sentences=(*ANSWER.sentences, withheld), notice="1 sentence was left out."))
    assert "million" not in text
    assert "\n\n1 sentence was left out.\n\nconfidence" in text


def test_a_sentence_and_the_footnotes_can_come_one_after_the_other() -> None:
    """Together they are what the whole answer is."""
    out = StringIO()
    terminal = Terminal(Console(file=out), Console(file=StringIO()))
    for sentence in ANSWER.sentences:
        terminal.sentence(sentence)
    terminal.footnotes(ANSWER)
    assert out.getvalue() == shown(ANSWER)


def test_what_is_being_done_is_gone_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is erased before anything else is printed, and in the end; a document's name in it steers nothing."""
    monkeypatch.setenv("TERM", "xterm")
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=80, color_system=None)
    terminal = Terminal(console, console)
    with terminal.status() as status:
        status("reading \x1b]0;pwned\x07[red]\nnow")
        terminal.line("Something that stays.")
    erased = "\r\x1b[1A\x1b[2K"
    assert re.search(r"reading ␛]0;pwned␇\[red] now", out.getvalue())
    assert f"{erased}Something that stays.\n" in out.getvalue()
    assert out.getvalue().endswith(erased)


def test_where_nobody_watches_there_is_neither_status_nor_hint() -> None:
    """A file or a pipe gets what stays, and nothing else."""
    out, err = StringIO(), StringIO()
    terminal = Terminal(Console(file=out), Console(file=err))
    terminal.hint("Ask a question.")
    with terminal.status() as status:
        status("reading")
        terminal.line("Something that stays.")
    assert (out.getvalue(), err.getvalue()) == ("Something that stays.\n", "")


def test_an_abstention_is_followed_by_the_closest_passages() -> None:
    """The phrase, then passages under their documents; a document without a title is named once."""
    assert shown(ABSTENTION) == ("I don't know.\n\nThe closest passages are:\n\nb.md\n    Some passage.\n\n0.4 s\n")


def test_where_there_is_nothing_there_is_no_heading_for_it() -> None:
    """An abstention without passages does not announce any."""
    assert "closest" not in shown(replace(ABSTENTION, closest=()))


def test_words_that_matter_are_highlighted_in_a_terminal() -> None:
    """In the quote the question's words stand out; the quote's letters are the same."""
    coloured = shown(ANSWER, colours=True)
    assert "\x1b[1;33mcommands\x1b[0m the \x1b[1;33mmission\x1b[0m." in coloured


def test_copied_text_is_exact() -> None:
    """Where there is no terminal, long lines are not wrapped, tabs are tabs, and nothing is coloured."""
    quote = "name\tvalue\n" + "long " * 100
    text = shown(replace(ANSWER, citations=(replace(CITATION, quote=quote),)), width=40)
    assert "    name\tvalue\n    " + "long " * 100 + "\n" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("colours", [False, True])
def test_documents_are_neither_markup_nor_orders(colours: bool) -> None:
    """Markup of rich stays text; escape sequences of a terminal are shown, in quotes, titles and names."""
    evil = "[red]a[/red] [link=http://x]b :smile: \x1b]0;pwned\x07\u202e\x9b"
    citation = replace(CITATION, quote=evil, title=evil, document=f"{evil}.md")
    answer = replace(ANSWER, answer=evil, citations=(citation,), notice=evil)
    text = shown(answer, colours=colours) + shown(
        replace(ABSTENTION, closest=(replace(PASSAGE, text=evil, title=evil, document=evil),)),
        colours=colours,
    )
    assert text.count("[red]a[/red] [link=http://x]b :smile: ␛]0;pwned␇") >= 7
    assert "\x1b]" not in text
    assert not set(text) & set("\x07\x9b\u202e")


def test_a_long_passage_is_shortened_between_words() -> None:
    """The closest passages are a look at them, not all of them."""
    text = shown(replace(ABSTENTION, closest=(replace(PASSAGE, text="word " * 1000),)))
    assert "word word …\n" in text
    assert len(text) < 500


def test_notes_and_lines_are_one_line() -> None:
    """A file name with a line break cannot fake a second line."""
    out, err = StringIO(), StringIO()
    terminal = Terminal(Console(file=out), Console(file=err))
    terminal.line("a\nb.md is empty")
    terminal.note("a\nb")
    assert (out.getvalue(), err.getvalue()) == ("a b.md is empty\n", "footnote: a b\n")
