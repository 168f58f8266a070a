"""Load: many clients with keys of their own ask, search, read, upload and delete at the same time."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median
from threading import Event, Thread
from time import monotonic
from typing import Any

from child import run_footnote, run_program
from material import Text, made_up_texts
from server import Server, serving
from spread import Figure, Spread
from workbench import Workbench, say

from bot.metrics import percentile

NAME = "load"
SEEDS = Path(__file__).parents[1] / "seeds"
SAMPLES = 60
WARM_UP = 0.2  # of the time: memory is looked at afterwards
KEY = re.compile(r"fn_[A-Za-z0-9_-]{43}")

# Made-up sentences of a part carry its sign, by which whoever may not see the part notices it wherever it comes up.
SIGNS = {"public/": "Publin", "hr/": "Hrozan", "load/": "third floor"}
QUESTIONS_ABOUT_SEEDS = (
    "Who commands the multinational security mission in Haiti?",
    "Where does the APN port lie?",
    "What does the field url of a citation open?",
)


@dataclass(frozen=True, slots=True)
class Client:
    """`globs` None: may see everything. With a `room` it manages that room's document and nothing else."""

    name: str
    globs: Sequence[str] | None
    room: int | None = None

    @property
    def rights(self) -> list[str]:
        """As arguments of `footnote keys add`."""
        scope = "ask" if self.room is None else "manage"
        return [self.name, "--scope", scope, *(part for glob in self.globs or () for part in ("--documents", glob))]


@dataclass
class Memory:
    """The resident memory of a server, looked at again and again after a while, in `seconds` that are all there are."""

    server: Server
    seconds: float
    samples: list[tuple[float, float]] = field(default_factory=list)  # seconds, MB

    @contextmanager
    def watched(self) -> Iterator[None]:
        over, begun = Event(), monotonic()

        def watch() -> None:
            over.wait(WARM_UP * self.seconds)
            while not over.wait(self.seconds / SAMPLES):
                self.samples.append((monotonic() - begun, self.server.resident_mb()))

        thread = Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    @property
    def quarters(self) -> tuple[float, float]:
        """The medians of the first and of the last quarter of the samples."""
        values = [megabytes for _, megabytes in self.samples]
        length = max(1, len(values) // 4)
        return median(values[:length]), median(values[-length:])

    @property
    def slope(self) -> float:
        """MB a minute."""
        return 60 * linear_regression(*zip(*self.samples, strict=True)).slope


def clients(count: int) -> list[Client]:
    """A fifth of them manage; half of them, and of those that manage, may see a part of the folder only."""
    managers = max(2, count // 5)
    return [
        *(Client(f"manager-{n}", (f"load/{n:03}.md",) if n % 2 else None, n) for n in range(managers)),
        *(Client(f"reader-{n}", (None, ("public/*",), None, ("hr/*",))[n % 4]) for n in range(count - managers)),
    ]


def measure(bench: Workbench) -> list[Figure]:
    """Once, however many runs: what is looked for shows in time."""
    home, documents, people = bench.folder / "load-home", bench.folder / "load", clients(bench.clients)
    questions = _write(documents, len(bench.texts))
    run_footnote("index", home=home, documents=documents, limit_s=bench.limit_s)
    say(f"making {len(people)} keys")
    keys = {one.name: _key(one, home, documents, bench.limit_s) for one in people}
    with serving(home, documents, bench.limit_s) as server:
        setup = bench.folder / "load.json"
        setup.write_text(json.dumps(_setup(server, people, keys, questions, _sizes(documents), bench.seconds)))
        memory = Memory(server, bench.seconds)
        say(f"{len(people)} clients for {bench.seconds:g} s")
        with memory.watched():
            result = run_program("load_clients.py", setup, limit_s=bench.limit_s).result
    run_footnote("check", home=home, documents=documents, limit_s=bench.limit_s)  # fails if the index is not the folder
    for what, examples in result["examples"].items():
        say(f"{what}:\n" + "\n".join(f"  {one}" for one in examples))
    say(f"memory, seconds and MB: {json.dumps([[round(s), round(mb, 1)] for s, mb in memory.samples])}")
    return _figures(result, memory)


def _write(documents: Path, count: int) -> dict[str, list[str]]:
    """The folder, with so many made-up texts, and questions by the part of it that answers them."""
    shutil.copytree(SEEDS, documents / "public")
    (documents / "hr").mkdir()
    texts = made_up_texts(count)
    parts = {"public/": texts[: count // 2], "hr/": texts[count // 2 :]}
    for part, its in parts.items():
        for number, text in enumerate(its):
            (documents / part / f"{number:04}.txt").write_text(_signed(text, SIGNS[part]), encoding="utf-8")
    questions = {part: [text.question for text in its] for part, its in parts.items()}
    questions["public/"] += QUESTIONS_ABOUT_SEEDS * 20
    return questions


def _signed(text: Text, sign: str) -> str:
    return f"{text.title}, {sign}\n\n{text.body.replace('.', f', says the {sign} office.')}"


def _sizes(documents: Path) -> dict[str, int]:
    return {part: sum(1 for _ in (documents / part).iterdir()) for part in ("public/", "hr/")}


def _key(client: Client, home: Path, documents: Path, limit_s: float) -> str:
    added = run_footnote("keys", "add", *client.rights, home=home, documents=documents, limit_s=limit_s)
    found = KEY.search(added.said)
    assert found, f"no key was made for {client.name}"
    return found[0]


def _setup(
    server: Server,
    people: Sequence[Client],
    keys: Mapping[str, str],
    questions: Mapping[str, Sequence[str]],
    sizes: Mapping[str, int],
    seconds: float,
) -> dict[str, Any]:
    return {
        "url": server.url,
        "seconds": seconds,
        "clients": [{"key": keys[one.name], "globs": one.globs, "room": one.room} for one in people],
        "questions": questions,
        "sizes": sizes,
        "signs": SIGNS,
    }


def _figures(result: dict[str, Any], memory: Memory) -> list[Figure]:
    times, counts = result["ms"], result["counts"]
    first, last = memory.quarters
    values = {("requests", "per s"): sum(map(len, times.values())) / result["seconds"]}
    for kind, milliseconds in times.items():
        values |= {
            (f"{kind}", "requests"): len(milliseconds),
            (f"{kind}, p50", "ms"): percentile(milliseconds, 50),
            (f"{kind}, p99", "ms"): percentile(milliseconds, 99),
        }
    values |= {
        ("answers to readers", "questions"): counts.get("answered", 0),
        ("abstentions to readers", "questions"): counts.get("abstained", 0),
        ("left in the middle", "requests"): counts.get("left in the middle", 0),
        ("refused by the rate limit", "requests"): counts.get("throttled", 0),
        ("errors", "requests"): counts.get("errors", 0),
        ("stale", "finds"): counts.get("stale", 0),
        ("foreign", "finds"): counts.get("foreign", 0),
        ("resident memory, the first quarter", "MB"): first,
        ("resident memory, the last quarter", "MB"): last,
        ("last / first", "x"): last / first,
        ("slope of the resident memory", "MB/min"): memory.slope,
    }
    return [Figure(NAME, name, unit, Spread.of([value])) for (name, unit), value in values.items()]
