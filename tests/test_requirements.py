"""What is declared, what is pinned and what is imported are the same thing."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
DECLARED = {
    "runtime": PROJECT["dependencies"],
    "otel": PROJECT["optional-dependencies"]["otel"],  # what the image installs beside
    **PYPROJECT["dependency-groups"],
}
OURS = {"bot", "fakeslack", "index", "tests", "tools", "training"}
APART = {"torch"}  # which build is right depends on the machine: the Makefile pins and installs it


def pins(name: str) -> dict[str, set[str]]:
    """The versions of each package in `requirements/<name>.txt`: several where Pythons differ."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.!+-]+)", text, re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


def imported(*folders: str) -> Iterator[tuple[str, str]]:
    """Every library that the Python files below `folders` import, with the file.

    Modules beside a script are its own.
    """
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        ours = OURS | {neighbour.stem for neighbour in path.parent.glob("*.py")}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for library in {name.split(".")[0] for name in names} - sys.stdlib_module_names - ours - APART:
                yield library, path.relative_to(ROOT).as_posix()


def undeclared(groups: tuple[str, ...], *folders: str) -> set[tuple[str, str]]:
    declared = {canonicalize_name(Requirement(line).name) for group in groups for line in DECLARED[group]}
    sources = packages_distributions()
    return {
        (library, path)
        for library, path in imported(*folders)
        if not declared & {canonicalize_name(source) for source in sources.get(library, [library])}
    }


def test_program_imports_only_what_it_declares() -> None:
    """Nothing works merely because another package happens to bring it."""
    assert undeclared(("runtime", "otel"), "bot", "index", "fakeslack") == set()


@pytest.mark.parametrize(
    ("folder", "groups"),
    [("tests", ("bootstrap", "dev")), ("tools", ("dev", "bench")), ("benchmarks", ("bench",)), ("training", ("dev",))],
)
def test_everything_else_imports_only_what_is_declared(folder: str, groups: tuple[str, ...]) -> None:
    """What `make` installs on a fresh machine is enough."""
    assert undeclared(("runtime", *groups), folder) == set()


@pytest.mark.parametrize("group", DECLARED)
def test_every_declared_package_is_pinned_within_its_bounds(group: str) -> None:
    """`make requirements` was run after the last change of pyproject.toml."""
    pinned = pins(group)
    for requirement in map(Requirement, DECLARED[group]):
        versions = pinned[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version, prereleases=True) for version in versions)


@pytest.mark.parametrize("group", DECLARED)
def test_a_package_has_one_version_everywhere(group: str) -> None:
    """Tests and benchmarks run what users run."""
    runtime = pins("runtime")
    assert {name: versions for name, versions in pins(group).items() if runtime.get(name, versions) != versions} == {}


@pytest.mark.parametrize("group", DECLARED)
def test_every_pin_is_hashed_and_names_no_place(group: str) -> None:
    """The files hold on any machine and with any registry."""
    text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--index|--find-links|file:|^-", text, re.MULTILINE)
