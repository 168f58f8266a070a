"""The rules of the house: what may import what, read from the source, so that lazy imports count."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import permutations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the surface down: whatever a module reaches, directly or through others, is on its level or below.
LEVELS = (
    ("bot.cli",),
    ("bot.wiring",),
    ("bot.http*", "bot.mcp*", "bot.slack*"),
    ("bot.answering",),
    ("bot.extractive", "bot.generative", "bot.citations"),
    ("bot.answer",),
    ("index*",),
)
# Surfaces that must not know of each other.
SURFACES = ("bot.http*", "bot.mcp*", "bot.slack*")
STRANGERS = tuple(permutations(SURFACES, 2))
# A library, or a part of ours that is nobody else's business, appears in the few modules that are its own.
OWNERS = {
    "chromadb": ("index.vectors", "index.probe"),
    "llama_index": ("index.llama_*", "bot.llama_*"),
    "onnxruntime": ("index.embedding",),
    "tokenizers": ("index.embedding", "index.vocabulary"),
    "sqlite3": ("index.catalog", "index.database", "index.keyword*", "index.outbox", "index.schema", "index.stemmer"),
    "index.database": ("index.catalog", "index.embedding_table", "index.keyword_index", "index.outbox"),
    "pypdfium2": ("index.formats.pdf", "index.formats.pdf_page", "index.formats.pdfium"),
    "PIL": ("index.formats.pdf_page",),
    "fastapi": ("bot.http*",),
    "starlette": ("bot.http*", "bot.serving"),
    "uvicorn": ("bot.http*", "bot.serving"),
    "typer": ("bot.cli",),
    "limits": ("bot.http.rate_limit",),
    "filelock": ("bot.key_file", "index.ownership"),
    "sse_starlette": ("bot.http*",),
    "sqlalchemy": ("bot.history*", "bot.migrations*", "bot.slack.installations*"),
    "alembic": ("bot.history_version", "bot.migrations*"),
    "slack_bolt": ("bot.slack*",),
    "slack_sdk": ("bot.slack*",),
    "aiohttp": ("bot.slack*",),
    "mcp": ("bot.mcp*",),
    "mcp_types": ("bot.mcp*",),
    "fakeslack": ("bot.trial",),
    "prometheus_client": ("bot.monitoring", "bot.gauges"),
    "pythonjsonlogger": ("bot.json_log",),
    "opentelemetry": ("bot.tracing*",),
}
# Seconds of import: only inside the function that needs it, or atop a module that is itself imported so.
HEAVY = ("chromadb", "llama_index", "onnxruntime", "fastapi", "sqlalchemy", "alembic", "slack_bolt", "aiohttp", "mcp")
HEAVY_AT_THE_TOP = {
    "chromadb": (),
    "llama_index": ("index.llama_*", "bot.llama_*"),
    "sqlalchemy": ("bot.history*", "bot.migrations*", "bot.slack.installations*"),
    "alembic": ("bot.migrations*",),
    "slack_bolt": ("bot.slack*",),
    "aiohttp": ("bot.slack*",),
    "mcp": ("bot.mcp*",),
}
# What the stand-in for Slack takes from the bot: Slack's own rules, and how text is shown in a terminal.
LENT_TO_THE_STAND_IN = ("bot.slack.limits", "bot.slack.validation", "bot.inert")
UNTELLING_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module name, and whether importing the importer imports it."""

    name: str
    at_the_top: bool


def imports_of(tree: ast.AST, at_the_top: bool = True) -> Iterator[Import]:
    """Every import of a module, wherever it stands."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, at_the_top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(f"{'.' * node.level}{node.module}.{alias.name}", at_the_top) for alias in node.names)
        else:
            runs = not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _only_for_types(node)
            yield from imports_of(node, at_the_top and runs)


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_in(*packages: str) -> dict[str, list[Import]]:
    """What each module imports."""
    return {
        module_name(path): list(imports_of(ast.parse(path.read_text(encoding="utf-8"))))
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
    }


MODULES = imports_in("bot", "index")
STAND_IN = imports_in("fakeslack")


def matches(module: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(module, pattern) for pattern in patterns)


def neighbours(module: str) -> set[str]:
    """Modules of ours that `module` imports: `from bot import answer`, `from bot.answer import Answer`."""
    return {
        name
        for imported in MODULES[module]
        for name in (imported.name, imported.name.rpartition(".")[0])
        if name in MODULES and name != module
    }


def reachable(module: str) -> set[str]:
    seen: set[str] = set()
    waiting = neighbours(module)
    while waiting:
        seen |= waiting
        waiting = set().union(*(neighbours(name) for name in waiting)) - seen
    return seen


def test_every_kind_of_import_is_seen() -> None:
    """The reader of imports misses none, and knows which of them run when the module is imported."""
    source = (
        "import a.b\nfrom c import d\nfrom . import e\nclass C:\n    import f\ndef g():\n    import h\n"
        "if TYPE_CHECKING:\n    import i\ntry:\n    import j\nexcept ImportError:\n    pass\n"
    )
    found = {imported.name: imported.at_the_top for imported in imports_of(ast.parse(source))}
    assert {name for name, top in found.items() if top} == {"a.b", "c.d", ".None.e", "f", "j"}
    assert {name for name, top in found.items() if not top} == {"h", "i"}


def test_imports_point_downwards() -> None:
    """No module reaches a level above its own."""
    upward = [
        f"{module} reaches {reached}"
        for depth, level in enumerate(LEVELS)
        for module in MODULES
        if matches(module, level)
        for reached in reachable(module)
        for above in LEVELS[:depth]
        if matches(reached, above)
    ]
    assert upward == []


def test_index_never_imports_bot() -> None:
    """The index stands alone, whatever is added to bot."""
    assert [m for m, imports in MODULES.items() if m.startswith("index") and any(_is(i, "bot") for i in imports)] == []


def test_the_stand_in_is_not_made_of_what_it_tests() -> None:
    """It takes nothing from us but what is known of Slack, and of that nothing that talks to Slack."""
    ours = {i.name for imports in STAND_IN.values() for i in imports if _is(i, "bot") or _is(i, "index")}
    assert [name for name in ours if not name.startswith(LENT_TO_THE_STAND_IN)] == []
    lent = set(LENT_TO_THE_STAND_IN).union(*(reachable(module) for module in LENT_TO_THE_STAND_IN))
    assert [module for module in lent for i in MODULES[module] for library in HEAVY if _is(i, library)] == []


@pytest.mark.parametrize(("surface", "other"), STRANGERS)
def test_surfaces_are_strangers(surface: str, other: str) -> None:
    """HTTP, MCP and Slack never reach each other."""
    pairs = [(m, r) for m in MODULES if fnmatch(m, surface) for r in reachable(m) if fnmatch(r, other)]
    assert pairs == []


def test_no_cycles() -> None:
    """No module reaches itself."""
    assert [module for module in MODULES if module in reachable(module)] == []


@pytest.mark.parametrize("library", OWNERS)
def test_library_stays_with_its_owners(library: str) -> None:
    """A library is imported, even lazily, by the modules that adapt it and by no others."""
    users = [module for module, imports in MODULES.items() if any(_is(i, library) for i in imports)]
    assert [user for user in users if not matches(user, OWNERS[library])] == []


@pytest.mark.parametrize("library", HEAVY_AT_THE_TOP)
def test_heavy_library_is_imported_where_it_is_used(library: str) -> None:
    """Importing a module of ours does not cost the seconds of a heavy library."""
    users = [m for m, imports in MODULES.items() if any(_is(i, library) and i.at_the_top for i in imports)]
    assert [user for user in users if not matches(user, HEAVY_AT_THE_TOP[library])] == []


def test_no_relative_imports() -> None:
    """Imports are written one way, which the other rules can read."""
    everything = MODULES | STAND_IN
    assert [(m, i.name) for m, imports in everything.items() for i in imports if i.name.startswith(".")] == []


def test_package_files_are_empty_and_modules_are_named_for_what_they_hold() -> None:
    """An `__init__.py` says nothing; a file name says something."""
    files = [path for package in ("bot", "index", "fakeslack") for path in (ROOT / package).rglob("*.py")]
    assert [path for path in files if path.name == "__init__.py" and path.read_text() != ""] == []
    assert [path for path in files if path.stem in UNTELLING_NAMES] == []


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """`footnote --help` is there at once: no vector store, no model runtime, no web framework."""
    program = (
        "import json, sys\nfrom bot.cli import main\n"
        f"sys.argv = ['footnote', *{arguments}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\nelse:\n    code = 0\n"
        f"print(json.dumps([code or 0, [name for name in {HEAVY} if name in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]


def _is(imported: Import, library: str) -> bool:
    return imported.name == library or imported.name.startswith(f"{library}.")
