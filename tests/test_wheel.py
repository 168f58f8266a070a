"""The built wheel, installed into an empty environment elsewhere, is the whole product."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without asking any registry."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, the pinned requirements, and nothing else."""
    uv = shutil.which("uv", path=Path(sys.executable).parent)
    if uv is None:
        pytest.skip("uv is not installed beside this Python; `make test` installs it")
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    run([uv, "venv", "--python", sys.executable, str(folder)], folder.parent)
    install = [uv, "pip", "install", "--python", str(folder)]
    pinned = [*install, "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements" / "runtime.txt")]
    if attempt([*pinned, "--offline"], folder.parent).returncode:
        done = attempt(pinned, folder.parent)
        if "error sending request" in done.stderr or "Failed to fetch" in done.stderr:
            pytest.skip("the package registry cannot be reached and uv's cache does not hold the requirements")
        assert done.returncode == 0, done.stderr
    run([*install, "--no-deps", str(wheel)], folder.parent)
    return folder


def attempt(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run as a newcomer would: nothing of this environment or of the checkout is set."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environ["UV_LINK_MODE"] = "hardlink"
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def run(command: list[str], folder: Path) -> str:
    done = attempt(command, folder)
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stderr or done.stdout}"
    return done.stdout


def test_wheel_holds_what_the_program_needs_and_no_more(wheel: Path) -> None:
    """Every tracked file of the packages, the model, the phrases and the seeds; no tests, no tools."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in (path for folder in ("bot", "index") for path in (ROOT / folder).rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    for path in (path for folder in ("prompts", "seeds") for path in (ROOT / folder).rglob("*") if path.is_file()):
        assert f"bot/{path.relative_to(ROOT).as_posix()}" in names
    assert {PurePosixPath(name).parts[0] for name in names if ".dist-info" not in name} == {"bot", "index"}
    assert {"model.onnx", "tokenizer.json"} <= {PurePosixPath(name).name for name in names}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_installed_program_runs_without_the_checkout(environment: Path, empty_folder: Path) -> None:
    """The packages come from the environment, and no import path leads back here."""
    program = "import bot, index, sys; print(*bot.__path__, *index.__path__, *sys.path, sep='\\n')"
    paths = run([str(environment / "bin" / "python"), "-c", program], empty_folder).splitlines()
    assert all(Path(path).is_relative_to(environment) for path in paths[:2])
    assert not any(Path(path).resolve().is_relative_to(ROOT) for path in paths[2:] if path)


def test_installed_program_tells_its_version(environment: Path, empty_folder: Path) -> None:
    """`footnote --version` names the version of the wheel."""
    (info,) = (environment / "lib").glob("python*/site-packages/footnote_bot-*.dist-info")
    version = info.name.removeprefix("footnote_bot-").removesuffix(".dist-info")
    assert version in run([str(environment / "bin" / "footnote"), "--version"], empty_folder)


def test_installed_program_names_what_it_comes_without(environment: Path, empty_folder: Path) -> None:
    """The stand-in for Slack is no part of the package, and whoever wants it learns where it is."""
    done = attempt([str(environment / "bin" / "footnote"), "slack", "try"], empty_folder)
    assert done.returncode == 1
    assert "clone of the repository" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_installed_program_answers_from_its_seeds(environment: Path, empty_folder: Path) -> None:
    """In an empty folder, without any setting, it finds model, phrases and seeds and cites them."""
    question = "Who commands the multinational security mission in Haiti?"
    answer = run([str(environment / "bin" / "footnote"), "ask", question], empty_folder)
    assert "Godfrey Otunge" in answer
    assert "[1]" in answer
    assert "haiti-security-mission.md" in answer
    assert [path.name for path in empty_folder.iterdir()] == [".footnote"]
