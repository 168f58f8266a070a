"""Requests of all kinds, made up from GET /openapi.json, against the whole program: nothing comes back but what is
described, and nothing breaks. `tools/fuzz_api.py` does the same for minutes, and another way each time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.http.description import operations
from tests.footnote_process import DEADLINE_S
from tests.whole_server import WholeServer, whole_server

ROOT = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).with_name("schemathesis")
MOST_EXAMPLES = 8  # of each operation


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeServer]:
    """What is put and deleted is in a folder of its own; requests are not counted."""
    with whole_server(tmp_path_factory.mktemp("schemathesis"), max_file_mb=0.1) as server:
        yield server


@pytest.fixture
def schema(server: WholeServer, empty_folder: Path) -> Path:
    """The description without `default`: an answer that is not named is none that may come."""
    described: dict[str, Any] = httpx.get(f"{server.url}/openapi.json").json()
    for _, _, operation in operations(described):
        del operation["responses"]["default"]
    path = empty_folder / "openapi.json"
    path.write_text(json.dumps(described))
    return path


def test_every_answer_is_one_that_is_described(server: WholeServer, schema: Path) -> None:
    """All checks of the library, but for those that `schemathesis.toml` excepts with a reason; always the same."""
    command = [PROGRAM, "--config-file", ROOT / "schemathesis.toml", "--no-color", "run", schema, "--url", server.url]
    command += ["--header", f"Authorization: Bearer {server.key}", "--continue-on-failure", "--warnings", "off"]
    command += ["--max-examples", str(MOST_EXAMPLES), "--generation-deterministic"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    tested = f"Tested: {len(list(operations(json.loads(schema.read_text()))))}"
    assert tested in ended.stdout
