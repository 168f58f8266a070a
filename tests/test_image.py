"""The image's files agree with the program that they hold. Whether the image works, only building it shows."""

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
STAGES = DOCKERFILE.split("\nFROM ")[1:]
FINAL = STAGES[-1]


def instructions(text: str, name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in text.splitlines() if line.startswith(f"{name} ")]


def environment(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for line in instructions(text, "ENV") for pair in line.split())


@pytest.fixture
def service() -> dict[str, Any]:
    service: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"][
        "footnote"
    ]
    return service


def copied() -> list[str]:
    lines = [line for line in instructions(STAGES[0], "COPY") if "--from" not in line]
    return [source for line in lines for source in line.split()[:-1]]


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    """A name in neither list would only be missed by whoever builds."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = [line[1:] for line in lines if line.startswith("!")]
    for source in copied():
        assert (ROOT / source).exists()
        assert any(fnmatch(source, name) or source.startswith(f"{name}/") for name in let_through)


def test_all_that_the_package_holds_is_copied() -> None:
    """And what describes it."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert {*wheel, "pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]} <= {*copied()}


def test_everything_is_pinned_as_the_makefile_pins_it() -> None:
    """By hashes, from the same files."""
    used = set(re.findall(r"-r (requirements/\S+)", STAGES[0]))
    assert used == {"requirements/bootstrap.txt", "requirements/otel.txt"}
    assert STAGES[0].count("--require-hashes") == len(used)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(name in makefile for name in used)


def test_it_runs_as_nobody_who_may_do_anything() -> None:
    """Under a number that does not change, with no tool that builds."""
    (user,) = instructions(FINAL, "USER")
    assert int(user.partition(":")[0]) > 0
    assert f"--uid {user.partition(':')[0]} " in FINAL
    assert not re.search(r"\b(pip|uv|hatchling|apt-get)\b", FINAL)


def test_its_settings_are_settings() -> None:
    """It writes into its volume, and its port is the one that is published and looked at."""
    env = environment(FINAL)
    values = {name.removeprefix(PREFIX).lower(): value for name, value in env.items() if name.startswith(PREFIX)}
    settings = Settings(**values)
    assert (str(settings.home), settings.host, settings.port) == (
        "/data",
        "0.0.0.0",
        Settings.model_fields["port"].default,
    )
    assert instructions(FINAL, "EXPOSE") == [str(settings.port)]
    assert instructions(FINAL, "VOLUME") == [f'["{settings.home}"]']
    assert "FOOTNOTE_PORT" in instructions(FINAL, "HEALTHCHECK")[0]


def test_composed_it_can_write_only_where_it_must(service: dict[str, Any]) -> None:
    """And can be reached only from this machine, until somebody says otherwise."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [volume.split(":")[-2 if volume.endswith(":ro") else -1] for volume in service["volumes"]] == [
        "/data",
        "/documents",
    ]
    assert service["tmpfs"] == ["/tmp"]
    assert service["ports"] == ["127.0.0.1:8080:8080"]


def test_what_compose_hands_on_are_settings(service: dict[str, Any]) -> None:
    """A misspelt one would be ignored."""
    ours = [name for name in service["environment"] if name.startswith(PREFIX)]
    assert ours
    assert all(name.removeprefix(PREFIX).lower() in Settings.model_fields for name in ours)
