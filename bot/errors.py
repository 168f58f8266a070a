"""Everything that can go wrong between a question and its answer; every message is one line, fit to be shown.

AnsweringProblem
├── InvalidQuestion     empty, too long, or not text
├── NotReady            there is no index to answer from yet; `percent` says how far it is
├── ServerStopping      the server was told to stop before the answer was made
├── DocumentNotFound    no such document in the index
├── DocumentRefused     the file cannot become a document
├── OutsideScope        what is to be changed lies outside what one may change
├── AnswerNotFound      no answer of that id is kept
├── ConversationNotFound  it is somebody else's, or there is none
├── HistoryUnavailable  the database of conversations cannot be read or written
├── KeysUnavailable     the file of keys cannot be read or written
├── KeyRefused          there can be no such key, or there is none
├── KeysMissing         others could reach the server, and there is no key to tell them by
├── ModelProblem        the language model gave no answer; `Model...` says why
│   ├── ModelSlow         not in time
│   ├── ModelBusy         it has too much to do, or we have too many questions for it
│   ├── ModelUnavailable  not to be reached, or it failed
│   ├── ModelRefused      it does not accept what we send: key, model name, request
│   └── ModelConfused     what it sent is no answer
├── AddressUnavailable  the server cannot listen where it was told to
├── VerificationInvalid what `footnote verify` is to check is no answer
├── EvaluationInvalid   a corpus or questions file of `footnote eval` is not what it must be
├── ExportRefused       the file to write to is there already, or cannot be written
└── StandInMissing      the stand-in for Slack is not installed
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


class ServerStopping(AnsweringProblem):
    """The server was told to stop before the answer was made."""


class DocumentNotFound(AnsweringProblem):
    """No document of that id is in the index."""


class DocumentRefused(AnsweringProblem):
    """The file cannot become a document; the message names it and the reason. An older version of it stays."""


class OutsideScope(AnsweringProblem):
    """What is to be changed lies outside what whoever asks may change; nothing says whether it exists."""


class AnswerNotFound(AnsweringProblem):
    """No answer of that id is kept."""


class ConversationNotFound(AnsweringProblem):
    """There is no such conversation for whoever asks: it is somebody else's, or was never begun."""


class HistoryUnavailable(AnsweringProblem):
    """The database of conversations cannot be read or written."""


class KeysUnavailable(AnsweringProblem):
    """The file of keys cannot be read or written; then nobody gets in with a key. The message names the file."""


class KeyRefused(AnsweringProblem):
    """There can be no such key, or there is none to revoke."""


class KeysMissing(AnsweringProblem):
    """Others could reach the server, there is no key to tell them by, and nobody said that it may be open."""


class ModelProblem(AnsweringProblem):
    """The language model gave no answer. The message goes on from "the language model …" and names no address."""


class ModelSlow(ModelProblem):
    """It did not answer in time."""


class ModelBusy(ModelProblem):
    """It has too much to do, or we have too many questions for it."""


class ModelUnavailable(ModelProblem):
    """It cannot be reached, or it failed."""


class ModelRefused(ModelProblem):
    """It does not accept what we send."""


class ModelConfused(ModelProblem):
    """What it sent is no answer."""


class VerificationInvalid(AnsweringProblem):
    """What is to be verified is no answer; the message says what is missing."""


class AddressUnavailable(AnsweringProblem):
    """The server cannot listen where it was told to."""


class EvaluationInvalid(AnsweringProblem):
    """A corpus or questions file is not what it must be; the message names file and line."""


class StandInMissing(AnsweringProblem):
    """The stand-in for Slack is not installed: packages come without it."""


class ExportRefused(AnsweringProblem):
    """The file to write to is there already, or cannot be written; the message names it."""
