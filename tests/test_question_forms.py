"""Questions by the form of headings and sentences: what is made of them, and of what nothing is made."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question_forms import LONGEST, question_of_heading, question_of_sentence

STARTS = ["What", "How", "The", "Footnote", "Kenya", "it", "Who is", "How to", "Which formats"]
WORDS = [*STARTS, "the", "a", "is", "to", "reads", "costs 35", "leads", "founded", "<!channel>", "[x](http://y.z)", "?"]
LIKE_PROSE = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=120)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How many vacation days do I have?", "How many vacation days do I have?"),
        ("How to add a document", "How do I add a document?"),
        ("Which formats Footnote reads", "Which formats does Footnote read?"),
        ("What a citation guarantees", "What does a citation guarantee?"),
        ("What the installation downloads", "What does the installation download?"),
        ("What the agency supplies", "What does the agency supply?"),
        ("What the button reaches", "What does the button reach?"),
        ("What a citation does not guarantee", "What does a citation not guarantee?"),
        ("How the port was recaptured", "How was the port recaptured?"),
        ("How our servers are backed up:", "How are our servers backed up?"),
        ("Who is responsible for security", "Who is responsible for security?"),
        ("Where The Office can be found", "Where can the Office be found?"),
    ],
)
def test_a_heading_becomes_the_question_that_it_stands_for(heading, question):
    """As people ask it."""
    assert question_of_heading(heading) == question


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "Limits and errors",
        "The state of emergency",
        "Why it may not know",
        "How programs see it",
        "How the sales figures rose",
        "Why?",
        "What is this?",
        "How to <!channel> everybody",
        "How to open https://evil.example/",
        f"How to write {'a very long heading ' * 5}",
    ],
)
def test_of_other_headings_nothing_is_made(heading):
    """No question, or none that is understood by itself, or one that is more than words."""
    assert question_of_heading(heading) is None


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Godfrey Otunge commands the multinational security mission in Haiti.",
            "Who commands the multinational security mission in Haiti?",
        ),
        ("The United Nations endorses the mission but does not manage it.", "Who endorses the mission?"),
        ("Maria Lopez approves all expenses above 500 euros.", "Who approves all expenses above 500 euros?"),
        ("Marie Curie founded the institute in Paris, which grew.", "Who founded the institute in Paris?"),
        ("The harbour master is Jonas Lind, who took office in May.", "Who is the harbour master?"),
        ("The Berlin office is located in Kreuzberg.", "Where is the Berlin office?"),
        ("A taxi costs 35 euros on average.", "How much does a taxi cost?"),
        ("SLACK_BOT_TOKEN is the token that lets the bot read.", "What is SLACK_BOT_TOKEN?"),
        ("The probation period is the first six months.", None),
        ("The probation period is a time of six months.", "What is the probation period?"),
        ("The backup tool is Restic.", "What is the backup tool?"),
        ("The command footnote check compares the index.", "What does the command footnote check do?"),
    ],
)
def test_a_sentence_becomes_the_question_that_it_answers(sentence, question):
    """Who, where, how much, what."""
    assert question_of_sentence(sentence) == question


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "It commands the mission.",
        "This is a tag.",
        "The first group is a company of police.",
        "Kenya leads the mission",
        "Kenya leads its neighbours.",
        "The officers approve the plan.",
        "The quote is exact.",
        "The file is read twice.",
        "<!channel> is a mention.",
        "Who leads the mission?",
    ],
)
def test_of_other_sentences_nothing_is_made(sentence):
    """Whoever has not read what is before them would not understand it, or it says nothing to ask for."""
    assert question_of_sentence(sentence) is None


@given(LIKE_PROSE)
def test_a_question_is_short_plain_and_one_line(text):
    """Whatever a document says: no mention, no link, no markup, no line break."""
    for question in (question_of_heading(text), question_of_sentence(text)):
        if question is not None:
            assert len(question) <= LONGEST
            assert re.fullmatch(r"[^<>@#:\[\]*`|\n\r]+\?", question)


@pytest.mark.parametrize("words", ["a " * 50_000, "The " + "chief of " * 20_000, "The " + "x-" * 50_000 + " is"])
def test_a_text_that_never_ends_takes_no_time(words):
    """It is not even looked at."""
    assert question_of_heading(words) is None
    assert question_of_sentence(f"{words}.") is None
