"""Everything that can go wrong between a question and its answer; every message is one line, fit to be shown.

AnsweringProblem
├── InvalidQuestion     empty, too long, or not text
├── NotReady            there is no index to answer from yet; `percent` says how far it is
├── DocumentNotFound    no such document in the index
├── AddressUnavailable  the server cannot listen where it was told to
└── EvaluationInvalid   a corpus or questions file of `footnote eval` is not what it must be
"""


class AnsweringProblem(Exception):
    """The root: catch this to catch whatever `bot` raises on purpose."""


class InvalidQuestion(AnsweringProblem):
    """The question is empty, too long, or not text."""


class NotReady(AnsweringProblem):
    """There is no index to answer from yet."""

    def __init__(self, percent: int) -> None:
        super().__init__(f"indexing, {percent} %")
        self.percent = percent


class DocumentNotFound(AnsweringProblem):
    """No document of that id is in the index."""


class AddressUnavailable(AnsweringProblem):
    """The server cannot listen where it was told to."""


class EvaluationInvalid(AnsweringProblem):
    """A corpus or questions file is not what it must be; the message names file and line."""
