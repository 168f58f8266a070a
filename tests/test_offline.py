"""The default installation makes no network connection at all."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.footnote_process import DEADLINE_S, command, environment

QUESTION = "Who commands the multinational security mission in Haiti?"

# Runs `footnote` in a Python whose sockets reach nothing but loopback and which resolves no name.
BLOCKED = """
import socket, sys

attempts = []

def refuse(target):
    attempts.append(repr(target))
    raise OSError(f"the network is blocked: {target!r}")

def guard(method):
    original = getattr(socket.socket, method)
    def guarded(self, *arguments):
        address = arguments[-1]
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            refuse(address)
        return original(self, *arguments)
    setattr(socket.socket, method, guarded)

for method in ("connect", "connect_ex", "sendto"):
    guard(method)
for lookup in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"):
    setattr(socket, lookup, lambda *target, **_: refuse(target))

from bot.cli import main
try:
    main()
finally:
    print(f"attempts: {attempts}", file=sys.stderr)
"""


def footnote(*arguments: str, wrapper: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*wrapper, *command(*arguments, program=BLOCKED)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def no_network() -> tuple[str, ...]:
    """The command that runs another one where there is no network, not even for code that is not Python."""
    wrapper = ("unshare", "--net", "--map-root-user")
    if shutil.which(wrapper[0]) is None or subprocess.run([*wrapper, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody take the network away from a process")
    return wrapper


@pytest.mark.parametrize("isolated", [False, True], ids=["sockets blocked", "no network"])
def test_a_question_is_answered_without_network(isolated: bool, empty_folder: Path) -> None:
    """A folder is indexed, vectors and all, and answered from with a citation; nothing was even tried."""
    wrapper = no_network() if isolated else ()
    folder = empty_folder / "seeds"
    folder.mkdir()
    (folder / "mission.md").write_text("# Haiti\n\nGodfrey Otunge commands the multinational security mission.\n")
    (folder / "mission.html").write_text("<h1>Haiti</h1><p>The mission's port is in the capital.</p>")
    for arguments in (["index"], ["ask", QUESTION, "--json"], ["check"]):
        done = footnote(*arguments, wrapper=wrapper)
        assert (done.returncode, done.stderr) == (0, "attempts: []\n")
        if arguments[0] == "ask":
            (citation, *_) = json.loads(done.stdout)["citations"]
            assert "Godfrey Otunge" in citation["quote"]


def test_the_block_blocks() -> None:
    """A process that does try is refused and found out, else the test above would prove nothing."""
    program = BLOCKED.replace("from bot.cli import main", "main = lambda: socket.create_connection(('a.example', 80))")
    done = subprocess.run(
        command(program=program), env=environment(), capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert done.returncode == 1
    assert "attempts: [\"('a.example', 80" in done.stderr
