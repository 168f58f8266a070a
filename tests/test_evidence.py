"""What speaks for a sentence, in numbers."""

from bot.candidates import candidates
from bot.evidence import Assessor, Evidence
from index.document import Document
from index.stemmer import Stemmer
from index.vocabulary import Vocabulary
from tests.fakes import FakeEmbedding, hit_of


def assessor(finalists: int = 16) -> Assessor:
    return Assessor(FakeEmbedding(), Stemmer().stems, Vocabulary().rarity, finalists)


def evidence_of(question: str, text: str, **more) -> dict[str, Evidence]:
    found = assessor().assess(question, candidates([hit_of(Document("a.txt", text), **more)]))
    return {candidate.text: evidence for candidate, evidence in found}


def test_a_sentence_that_holds_the_questions_words_covers_more():
    """Words count, whatever their form."""
    found = evidence_of("When do ferries leave?", "The ferry leaves at noon. Dogs are welcome on board.")
    assert found["The ferry leaves at noon."].coverage > found["Dogs are welcome on board."].coverage == 0


def test_the_sentence_before_and_the_headings_are_context():
    """“It leaves at noon” is about the ferry that was named just before."""
    found = evidence_of("When does the ferry leave?", "The ferry is blue. It leaves at noon.", headings=("Harbour",))
    it = found["It leaves at noon."]
    assert it.context_coverage > it.coverage
    assert it.pronoun == 1
    assert evidence_of("Where is the harbour?", "It is old.", headings=("Harbour",))["It is old."].context_coverage == 1


def test_meaning_is_the_cosine_of_question_and_sentence():
    """The same words have the same meaning."""
    found = evidence_of("The ferry leaves at noon.", "The ferry leaves at noon. Dogs bark.")
    assert round(found["The ferry leaves at noon."].meaning, 3) == 1
    assert found["Dogs bark."].meaning < 0.9


def test_names_that_the_passage_lacks_are_counted():
    """Asked about Oslo, a passage about Bergen lacks the name."""
    assert (
        evidence_of("Is there a ferry to Oslo?", "The ferry goes to Bergen.")["The ferry goes to Bergen."].missing_names
        == 1
    )


def test_only_finalists_are_embedded():
    """What the words rule out costs no model time."""
    embedding = FakeEmbedding()
    text = "The ferry leaves at noon. Dogs bark. Cats sleep. Birds sing."
    weigher = Assessor(embedding, Stemmer().stems, Vocabulary().rarity, finalists=1)
    found = weigher.assess("When does the ferry leave?", candidates([hit_of(Document("a.txt", text))]))
    assert [candidate.text for candidate, _ in found] == ["The ferry leaves at noon."]
    assert embedding.embedded == ["The ferry leaves at noon."]


def test_nothing_to_assess_is_legal():
    """No candidates, no evidence, no call of the model."""
    assert assessor().assess("Who?", []) == []
