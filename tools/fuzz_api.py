"""Send requests of all kinds, valid and not, to a real `footnote serve`, and compare what comes back with what
GET /openapi.json says.

    python tools/fuzz_api.py --minutes 20

The seed is another one each time and is printed; `--seed` tries one again. Everything happens in a temporary folder.
Exits with 1 if an answer was not as described, or if the server's log has an unexpected error.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[1]
BESIDE = Path(sys.executable).parent  # where the programs of this environment are
DEADLINE_S = 30  # until a server has ended that was told to


def footnote(*arguments: str) -> list[str]:
    return [str(BESIDE / "footnote"), *arguments]


def environment(base: Path) -> dict[str, str]:
    """Of a server that counts no requests, and takes only small files."""
    settings = {"documents": base / "documents", "home": base / "home", "rate_limit": "1000000/second"}
    named = {f"FOOTNOTE_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, **named, "FOOTNOTE_MAX_FILE_MB": "1"}


def write_documents(folder: Path) -> None:
    """The seeds, and a PDF, which has pages."""
    shutil.copytree(ROOT / "seeds", folder)
    page = Canvas(str(folder / "handbook.pdf"))
    page.drawString(72, 720, "Everybody has 28 days of holidays a year.")
    page.save()


@contextmanager
def serving(base: Path) -> Iterator[str]:
    """A server's URL; its log is in `base`. Raises RuntimeError if it is not alive at the end."""
    with (
        (base / "log").open("wb") as log,
        subprocess.Popen(
            footnote("serve", "--port", "0"), cwd=base, env=environment(base), stdout=subprocess.PIPE, stderr=log
        ) as server,
    ):
        try:
            assert server.stdout is not None
            url = server.stdout.readline().decode().split()[-1]
            wait_until_ready(url)
            yield url
            if server.poll() is not None:
                raise RuntimeError(f"the server has ended with {server.returncode}")
        finally:
            server.terminate()
            server.wait(DEADLINE_S)


def wait_until_ready(url: str) -> None:
    """Until there is something to answer from."""
    while True:
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{url}/readyz"):
            return
        time.sleep(0.2)


def described(url: str) -> dict[str, Any]:
    """What the server says of itself, without `default`: an answer that is not named is none that may come."""
    with urllib.request.urlopen(f"{url}/openapi.json") as response:
        document: dict[str, Any] = json.load(response)
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("default", None)
    return document


def fuzz(url: str, key: str, base: Path, minutes: float, seed: int | None) -> int:
    """The exit status of schemathesis."""
    schema = base / "openapi.json"
    schema.write_text(json.dumps(described(url)), encoding="utf-8")
    command = [str(BESIDE / "schemathesis"), "--config-file", str(ROOT / "schemathesis.toml"), "run", str(schema)]
    command += ["--url", url, "--header", f"Authorization: Bearer {key}", "--continue-on-failure"]
    command += ["--max-time", str(int(minutes * 60))]
    command += ["--seed", str(seed)] if seed is not None else []
    return subprocess.run(command, cwd=base).returncode


def unexpected(log: Path) -> list[str]:
    """The lines about what nobody foresaw."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if " ERROR " in line or line.startswith("Traceback")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        write_documents(base / "documents")
        made = subprocess.run(
            footnote("keys", "add", "fuzz", "--scope", "manage"), env=environment(base), capture_output=True, check=True
        )
        with serving(base) as url:
            status = fuzz(url, made.stdout.decode().strip(), base, given.minutes, given.seed)
        errors = unexpected(base / "log")
    print(f"{len(errors)} unexpected errors in the server's log", *errors, sep="\n")
    return 1 if status or errors else 0


if __name__ == "__main__":
    sys.exit(main())
