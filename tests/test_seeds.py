"""The documents that ship and the questions about them fit each other and the program they describe."""

import json
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from bot.inquiry import inquiry
from bot.metrics import contains_answer
from bot.settings import PREFIX, Settings
from index.progress import unheard

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_questions_have_ids_of_their_own() -> None:
    """A report about a question names exactly one."""
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)


def test_questions_come_in_both_kinds() -> None:
    """Abstaining and answering are both measured, and every document is asked about."""
    assert sum(not question["docs"] for question in QUESTIONS) >= 8
    assert {document for question in QUESTIONS for document in question["docs"]} == {
        path.name for path in SEEDS.iterdir()
    }


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_gold_answers_stand_in_the_documents(question: dict[str, Any]) -> None:
    """What is expected can be quoted; what is not answerable expects nothing."""
    assert bool(question["answers"]) == bool(question["docs"])
    texts = [(SEEDS / document).read_text(encoding="utf-8") for document in question["docs"]]
    assert all(any(answer in text for text in texts) for answer in question["answers"])


@pytest.mark.parametrize("path", SEEDS.iterdir(), ids=lambda path: path.name)
def test_pages_about_footnote_name_real_settings(path: Path) -> None:
    """A setting that was renamed is renamed in the pages as well."""
    named = re.findall(rf"{PREFIX}(\w+)", path.read_text(encoding="utf-8"))
    assert [name for name in named if name.lower() not in Settings.model_fields] == []


async def test_the_documents_answer_the_questions_about_them(tmp_path: Path) -> None:
    """Nearly all of what can be answered is, and nearly all of what cannot is not."""
    right = {True: 0, False: 0}
    settings = Settings(documents=SEEDS, home=tmp_path)
    with inquiry(settings, lambda: nullcontext(unheard), print) as answering:
        for question in QUESTIONS:
            answer = await answering.answer(question["question"])
            answerable = bool(question["docs"])
            good = answer.answered and contains_answer(answer.answer, question["answers"])
            right[answerable] += good if answerable else not answer.answered
    assert right[True] >= 0.9 * sum(bool(question["docs"]) for question in QUESTIONS)
    assert right[False] >= 0.8 * sum(not question["docs"] for question in QUESTIONS)
