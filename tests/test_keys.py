"""Keys: a file that is right at every moment, secrets that nobody keeps, and nothing taken for empty by mistake."""

import json
import os
import re
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from footnote_process import command, environment
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import KeyRefused, KeysUnavailable
from bot.key_expiry import expiry
from bot.key_file import KeyFile
from bot.keys import SECRET, KeyRing, checked_globs
from bot.scope import EVERYTHING, Scope

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is told to go on."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys.json"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(path: Path, clock: Clock) -> KeyFile:
    return KeyFile(path, clock)


class TestKeys:
    def test_whoever_has_the_secret_has_the_key(self, keys: KeyFile) -> None:
        """And nobody else: not with another secret, a part of one, or what the file says of it."""
        key, secret = keys.add("web", "ask")
        assert SECRET.fullmatch(secret)
        assert keys.holder(secret) == key
        assert [keys.holder(other) for other in ("", secret[:-1], secret + " ", key.sha256, "\ud800", key.id)] == [
            None
        ] * 6

    def test_a_key_says_what_its_holder_may(self, keys: KeyFile) -> None:
        """All documents unless there are globs; changes only if it says so."""
        reader, _ = keys.add("reader", "ask", ["hr/*", "faq.md"])
        owner, _ = keys.add("owner", "manage")
        assert (reader.may_manage, reader.documents_scope) == (False, Scope(("hr/*", "faq.md")))
        assert (owner.may_manage, owner.documents_scope) == (True, EVERYTHING)

    def test_the_file_holds_no_secret_and_is_for_its_owner_alone(self, keys: KeyFile, path: Path) -> None:
        """Whoever gets to see a backup of it gets in nowhere."""
        _, secret = keys.add("web", "ask")
        assert secret not in path.read_text()
        assert secret[3:] not in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o600
        assert sorted(file.name for file in path.parent.iterdir()) == ["keys.json", "keys.lock"]

    def test_a_revoked_key_is_refused_at_once_by_whoever_has_read_it(self, keys: KeyFile, path: Path) -> None:
        """The server is another process than the command."""
        _, secret = keys.add("web", "ask")
        server = KeyFile(path)
        assert server.holder(secret)
        keys.revoke("web")
        assert server.holder(secret) is None

    def test_many_changes_in_one_instant_are_all_seen(self, keys: KeyFile, path: Path) -> None:
        """A file's date is too coarse to tell them apart by it alone."""
        server = KeyFile(path)
        for _ in range(30):
            _, secret = keys.add("web", "ask")
            assert server.holder(secret)
            keys.revoke("web")
            assert server.holder(secret) is None

    def test_an_expired_key_is_refused_from_that_moment_on(self, keys: KeyFile, clock: Clock) -> None:
        """Without anybody touching the file."""
        _, secret = keys.add("web", "ask", expires=NOON + timedelta(hours=1))
        clock.now = NOON + timedelta(minutes=59)
        assert keys.holder(secret)
        clock.now = NOON + timedelta(hours=1)
        assert keys.holder(secret) is None

    def test_a_new_key_of_an_old_name_is_another_key(self, keys: KeyFile) -> None:
        """It must not find the conversations of the first."""
        first, _ = keys.add("web", "ask")
        keys.revoke("web")
        second, _ = keys.add("web", "ask")
        assert first.id != second.id

    def test_without_its_last_key_the_file_is_not_as_if_there_never_was_one(self, keys: KeyFile) -> None:
        """Taking the last key away must not open the door."""
        assert keys.ring() is None
        keys.add("web", "ask")
        keys.revoke("web")
        ring = keys.ring()
        assert ring is not None
        assert ring.keys == ()

    def test_while_nothing_changes_the_file_is_not_read(
        self, keys: KeyFile, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every request looks."""
        _, secret = keys.add("web", "ask")
        keys.holder(secret)

        def unread(self: Path) -> bytes:
            raise AssertionError("it was read again")

        monkeypatch.setattr(Path, "read_bytes", unread)
        assert keys.holder(secret)

    @pytest.mark.parametrize(
        "name", ["", " ", "a b", "-a", "ä", "a\n", "x" * 65, "anonymous", "Anonymous", "a/b", "<b>"]
    )
    def test_a_name_that_would_be_unclear_is_refused(self, keys: KeyFile, name: str) -> None:
        """It stands in logs and lists."""
        with pytest.raises(KeyRefused) as raised:
            keys.add(name, "ask")
        assert "\n" not in str(raised.value)
        assert keys.ring() is None

    def test_a_name_is_given_once(self, keys: KeyFile) -> None:
        """Otherwise nobody knew which of them a log means, or which is revoked."""
        keys.add("web", "ask")
        with pytest.raises(KeyRefused, match=r"^there is a key called web already"):
            keys.add("web", "manage")

    def test_what_is_not_there_cannot_be_revoked(self, keys: KeyFile) -> None:
        """A misspelt name must not look like success."""
        with pytest.raises(KeyRefused, match=r"^there is no key called 'wep'$"):
            keys.revoke("wep")

    @pytest.mark.parametrize("glob", ["", " ", "/etc/*", "./a", "../a", "a\nb", "\0", "x" * 501])
    def test_a_glob_that_matches_nothing_is_refused(self, glob: str) -> None:
        """Such a key would open nothing, which its owner would learn late."""
        with pytest.raises(KeyRefused):
            checked_globs(["hr/*", glob])

    def test_no_glob_is_every_document(self) -> None:
        assert checked_globs([]) is None


class TestDamage:
    @pytest.fixture
    def whole(self, keys: KeyFile, path: Path) -> bytes:
        keys.add("web", "ask", ["hr/*"])
        return path.read_bytes()

    @pytest.mark.parametrize(
        "content",
        [
            *(b"", b"{}", b"null", b"[]", b"\xff", b'{"version": 2, "keys": []}', b'{"version": 1}'),
            *(b'{"version": 1, "keys": [{}]}', b'{"version": 1, "keys": null}', b'{"version": 1, "keys": [], "x": 1}'),
        ],
    )
    def test_a_damaged_file_lets_nobody_in(self, path: Path, keys: KeyFile, content: bytes) -> None:
        """It is never taken for no keys."""
        path.parent.mkdir()
        path.write_bytes(content)
        for use in (keys.ring, lambda: keys.holder("x"), lambda: keys.add("a", "ask"), lambda: keys.revoke("a")):
            with pytest.raises(KeysUnavailable, match=r"keys\.json is damaged"):
                use()
        assert path.read_bytes() == content

    def test_a_file_that_breaks_off_lets_nobody_in(self, path: Path, whole: bytes) -> None:
        """Wherever it does."""
        for length in range(len(whole) - 2):
            path.write_bytes(whole[:length])
            with pytest.raises(KeysUnavailable):
                KeyFile(path).ring()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("scope", "admin"), ("documents", []), ("documents", "hr/*"), ("name", "a b"), ("sha256", "x")),
            *(("expires", "2027-01-01T00:00:00"), ("expires", "soon"), ("paused", True), ("id", None)),
        ],
    )
    def test_a_field_that_is_not_understood_lets_nobody_in(
        self, path: Path, whole: bytes, field: str, value: object
    ) -> None:
        """It may have been a restriction."""
        content = json.loads(whole)
        content["keys"][0][field] = value
        path.write_text(json.dumps(content))
        with pytest.raises(KeysUnavailable, match=r"is damaged at keys\.0"):
            KeyFile(path).ring()

    @pytest.mark.parametrize("changed", ["name", "sha256", "id"])
    def test_two_keys_that_could_be_taken_for_each_other_are_damage(
        self, path: Path, keys: KeyFile, changed: str
    ) -> None:
        keys.add("one", "ask")
        keys.add("two", "manage")
        content = json.loads(path.read_text())
        content["keys"][1][changed] = content["keys"][0][changed]
        path.write_text(json.dumps(content))
        with pytest.raises(KeysUnavailable, match="two keys are the same"):
            keys.ring()

    def test_a_file_that_cannot_be_read_lets_nobody_in(self, path: Path, keys: KeyFile) -> None:
        """A folder in its place; permissions mean nothing to root."""
        path.mkdir(parents=True)
        with pytest.raises(KeysUnavailable, match="cannot be read"):
            keys.ring()

    def test_a_file_that_vanishes_while_it_is_used_lets_nobody_in(self, path: Path, keys: KeyFile) -> None:
        """As with a disk that is taken away; a server that starts without one has no keys."""
        keys.add("web", "ask")
        assert keys.ring()
        kept = path.rename(path.with_suffix(".away"))
        with pytest.raises(KeysUnavailable, match="cannot be read"):
            keys.ring()
        assert KeyFile(path).ring() is None
        kept.rename(path)
        assert keys.ring()

    def test_a_link_to_nothing_lets_nobody_in(self, path: Path, keys: KeyFile) -> None:
        """What it led to is somewhere else now."""
        path.parent.mkdir()
        path.symlink_to("secrets/keys.json")
        with pytest.raises(KeysUnavailable, match="cannot be read"):
            keys.ring()

    def test_a_mended_file_lets_people_in_again(self, path: Path, keys: KeyFile, whole: bytes) -> None:
        """Without a restart."""
        path.write_bytes(b"{")
        with pytest.raises(KeysUnavailable):
            keys.ring()
        path.write_bytes(whole)
        assert isinstance(keys.ring(), KeyRing)

    def test_the_log_is_told_once(self, path: Path, keys: KeyFile, caplog: pytest.LogCaptureFixture) -> None:
        """Not with every request, of which anybody can send many."""
        path.parent.mkdir()
        path.write_bytes(b"{")
        for _ in range(3):
            with pytest.raises(KeysUnavailable):
                keys.ring()
        assert len(caplog.records) == 1

    def test_what_fails_while_writing_leaves_the_file_as_it_was(
        self, path: Path, keys: KeyFile, whole: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A full disk."""

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(KeysUnavailable, match=r"cannot be written: No space left on device$"):
            keys.add("more", "ask")
        assert path.read_bytes() == whole
        assert [file.name for file in path.parent.iterdir() if file.suffix == ".draft"] == []


class TestExpiry:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("90d", NOON + timedelta(days=90)),
            ("12h", NOON + timedelta(hours=12)),
            ("2027-01-31", datetime(2027, 2, 1, tzinfo=UTC)),
            ("2026-11-25", datetime(2026, 11, 26, tzinfo=UTC)),
        ],
    )
    def test_people_say_how_long_or_until_when(self, text: str, moment: datetime) -> None:
        """On the day that is named the key still works."""
        assert expiry(text, NOON) == moment

    @pytest.mark.parametrize(
        "text", ["", "90", "d", "-1d", "1.5d", "90 d", "0d", "2026-11-24", "999999999d", "2027-02-30"]
    )
    def test_what_is_no_time_to_come_is_refused(self, text: str) -> None:
        with pytest.raises(KeyRefused):
            expiry(text, NOON)

    @given(st.text())
    def test_any_text_is_a_time_or_refused(self, text: str) -> None:
        """And nothing else is raised."""
        with suppress(KeyRefused):
            assert expiry(text, NOON) > NOON


class TestCommands:
    @pytest.fixture(autouse=True)
    def home(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        monkeypatch.setenv("FOOTNOTE_HOME", str(path.parent))

    def run(self, *arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, ["keys", *arguments])
        return done.exit_code, done.stdout, done.stderr

    def test_the_secret_stands_alone_on_standard_output(self, keys: KeyFile) -> None:
        """So that `KEY=$(footnote keys add …)` works; what it is stands beside."""
        code, out, err = self.run("add", "web", "--scope", "manage", "--documents", "hr/*", "--documents", "a.md")
        key = keys.holder(out.strip())
        assert (code, out.count("\n"), err.count("\n")) == (0, 1, 1)
        assert key
        assert (key.name, key.scope, key.documents, key.expires) == ("web", "manage", ("hr/*", "a.md"), None)
        assert "shown once" in err

    def test_keys_are_listed_without_anything_that_lets_in(self, keys: KeyFile) -> None:
        """For people and for programs."""
        key, secret = keys.add("web", "ask", ["hr/*"], NOON)
        _, out, _ = self.run("list")
        assert out == "web: asks (hr/*), made 2026-11-25, expired 2026-11-25 12:00 UTC\n"
        _, out, _ = self.run("list", "--json")
        (listed,) = json.loads(out)
        assert (listed["name"], listed["documents"], listed["expired"]) == ("web", ["hr/*"], True)
        assert secret not in out
        assert key.sha256 not in out

    def test_a_key_is_revoked_by_its_name(self, keys: KeyFile) -> None:
        """Whoever takes the last one away learns what that means."""
        _, secret = keys.add("web", "ask")
        code, out, err = self.run("revoke", "web")
        assert (code, out) == (0, "revoked: web\n")
        assert "nobody has a key now" in err
        assert keys.holder(secret) is None

    @pytest.mark.parametrize(
        "arguments",
        [
            *(("add", "a b"), ("add", "web"), ("add", "x", "--expires", "soon"), ("add", "x", "--documents", "/x")),
            ("revoke", "nobody"),
        ],
    )
    def test_what_cannot_be_is_said_in_one_line(self, keys: KeyFile, arguments: tuple[str, ...]) -> None:
        keys.add("web", "ask")
        code, out, err = self.run(*arguments)
        assert (code, out) == (1, "")
        assert re.fullmatch(r"footnote: [^\n]+\n", err)

    def test_two_processes_lose_no_key_of_each_other(self, keys: KeyFile) -> None:
        """Both read, then write: without a lock one of them would write what it had read before the other wrote."""
        program = (
            "import sys\nfrom pathlib import Path\nfrom bot.key_file import KeyFile\n"
            "keys = KeyFile(Path(sys.argv[2]))\n"
            "for number in range(20):\n    keys.add(f'{sys.argv[1]}{number}', 'ask')\n"
        )
        started = [
            subprocess.Popen(command(name, str(keys.path), program=program), env=environment()) for name in ("a", "b")
        ]
        assert [process.wait(60) for process in started] == [0, 0]
        ring = keys.ring()
        assert ring is not None
        assert {key.name for key in ring.keys} == {f"{who}{number}" for who in "ab" for number in range(20)}
