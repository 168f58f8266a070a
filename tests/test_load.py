"""The benchmark of many clients, made small: real processes, real keys, everything at the same time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.footnote_process import ROOT, environment

FAULTS = ("errors", "refused by the rate limit", "stale", "foreign")

pytestmark = pytest.mark.timeout(300)


def test_clients_never_see_what_is_gone_or_not_theirs_whatever_the_others_do(tmp_path: Path) -> None:
    """It fails, too, if the index is not equal to the folder in the end."""
    figures = tmp_path / "figures.json"
    options = ("--clients", "8", "--seconds", "4", "--limit", "40", "--json", figures)
    ended = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "run.py", "--only", "load", *options],
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    found = {one["name"]: one["spread"]["maximum"] for one in json.loads(figures.read_text(encoding="utf-8"))}
    assert {name: found[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0), ended.stderr
    assert found["upload"] > 1
    assert found["ask"] > 1
