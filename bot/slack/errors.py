"""What can go wrong between this program and Slack; every message is one line, fit to be shown.

SlackProblem
├── SlackBusy         we have called too often; `retry_after` says in seconds when it may be tried again
├── SlackUnreachable  no answer, or one that is no answer: what was asked for may have been done all the same
├── SlackRefused      Slack says no; `code` is its word for why
│   └── SecretRefused one of our secrets is wrong; the message says which, and what to do
└── PayloadInvalid    what we were about to send breaks Slack's rules; a mistake of ours
"""

from collections.abc import Sequence

from bot.errors import AnsweringProblem


class SlackProblem(AnsweringProblem):
    """The root: catch this to catch whatever calls of Slack raise on purpose."""


class SlackBusy(SlackProblem):
    """The method is called more often than its tier allows, and waiting would take too long."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(f"Slack accepts {method} again in {retry_after:.0f} s")
        self.method = method
        self.retry_after = retry_after


class SlackUnreachable(SlackProblem):
    """The call may or may not have been carried out."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method} got no answer from Slack: {reason}")
        self.method = method


class SlackRefused(SlackProblem):
    """The call was not carried out."""

    def __init__(self, method: str, code: str, needed: str | None = None) -> None:
        missing = f" (needs {needed})" if needed else ""
        super().__init__(f"Slack refuses {method}: {code}{missing}")
        self.method = method
        self.code = code
        self.needed = needed


class SecretRefused(SlackRefused):
    """One of our secrets is wrong; the message says which, and what to do about it."""

    def __init__(self, refusal: SlackRefused, words: str) -> None:
        super().__init__(refusal.method, refusal.code, refusal.needed)
        self.args = (words,)


class PayloadInvalid(SlackProblem):
    """A message or view of ours breaks a rule of Slack's; it was not sent, and `problems` says what is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"Slack would refuse what was to be shown: {'; '.join(problems)}")
        self.problems = tuple(problems)
