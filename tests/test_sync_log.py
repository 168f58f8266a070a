"""What the log of a server says of its rounds."""

import logging

import pytest

from bot.sync_log import SyncLog
from index.errors import IndexProblem
from index.sync import Report

QUIET = Report(added=0, changed=0, renamed=0, removed=0, unchanged=3, failed=())
ADDED = Report(added=1, changed=0, renamed=0, removed=0, unchanged=3, failed=())
FAILED = Report(added=0, changed=0, renamed=0, removed=0, unchanged=3, failed=(("a.pdf", "is encrypted"),))


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_a_quiet_round_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A round in which nothing changed is no news."""
    assert not SyncLog().done(QUIET)
    assert caplog.records == []


def test_a_change_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever drops a file sees that it has arrived."""
    assert SyncLog().done(ADDED)
    assert caplog.messages == ["1 added, 0 changed, 0 removed, 3 unchanged, 0 failed"]


def test_a_failed_file_is_news_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    """It is named when it begins to fail, not while it fails; that it no longer does is told, too."""
    log = SyncLog()
    assert [log.done(report) for report in (FAILED, FAILED, QUIET)] == [True, False, True]
    assert caplog.messages == [
        "a.pdf is encrypted",
        "0 added, 0 changed, 0 removed, 3 unchanged, 1 failed",
        "0 added, 0 changed, 0 removed, 3 unchanged, 0 failed",
    ]


def test_only_the_unforeseen_comes_with_its_stack(caplog: pytest.LogCaptureFixture) -> None:
    """A full disk is one line in words; a bug has to be found."""
    log = SyncLog()
    log.problem(IndexProblem("the disk\nis full"))
    log.problem(ZeroDivisionError("oops"))
    assert caplog.messages == [
        "indexing is tried again: the disk is full",
        "indexing is tried again: ZeroDivisionError",
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True]
