"""Ownership: exclusive, named, and given back by the kernel when the owner dies."""

import re
import signal
import subprocess
import sys

import pytest

from index.errors import IndexBusy, IndexDamaged
from index.ownership import Ownership

OWNER = """
import sys, time
from pathlib import Path
from index.ownership import Ownership
ownership = Ownership(Path(sys.argv[1])).acquire("footnote serve")
print("owned", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other_owner(tmp_path):
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "owned\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_second_owner_is_refused_with_the_name_of_the_first(tmp_path, other_owner):
    """The message names process, command and since when."""
    with pytest.raises(IndexBusy) as refusal:
        Ownership(tmp_path).acquire("footnote index")
    owner = rf"process {other_owner.pid} \(footnote serve, since [\d-]* ?\d\d:\d\d\)"
    assert re.fullmatch(rf"the index in {re.escape(str(tmp_path))} is in use by {owner}", str(refusal.value))


def test_a_killed_owner_frees_the_index(tmp_path, other_owner):
    """The lock dies with its process; what it wrote about itself does not stand in the way."""
    other_owner.send_signal(signal.SIGKILL)
    other_owner.wait()
    with Ownership(tmp_path).acquire("footnote index"), pytest.raises(IndexBusy, match="footnote index"):
        Ownership(tmp_path).acquire("footnote ask")


def test_released_ownership_can_be_acquired_again(tmp_path):
    """Release is complete, and releasing twice is harmless."""
    first = Ownership(tmp_path).acquire("footnote index")
    first.release()
    first.release()
    Ownership(tmp_path).acquire("footnote ask").release()


def test_an_owner_without_a_readable_name_is_still_an_owner(tmp_path):
    """A damaged or missing note about the owner changes the words, not the refusal."""
    with Ownership(tmp_path).acquire("footnote serve"):
        (tmp_path / "owner.json").write_text('{"pid": "x')
        with pytest.raises(IndexBusy, match=r"is in use by another process$"):
            Ownership(tmp_path).acquire("footnote index")


def test_an_owner_who_cannot_sign_owns_nothing(tmp_path):
    """On a full disk the problem is one line, and nobody finds the index taken afterwards."""
    (tmp_path / "owner.draft").mkdir()
    with pytest.raises(IndexDamaged, match=r"cannot be written: Is a directory$"):
        Ownership(tmp_path).acquire("footnote index")
    (tmp_path / "owner.draft").rmdir()
    Ownership(tmp_path).acquire("footnote ask").release()


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    """A file where the home folder should be is a problem in one line."""
    (tmp_path / "home").write_text("")
    with pytest.raises(IndexDamaged, match="cannot be written"):
        Ownership(tmp_path / "home").acquire("footnote index")
