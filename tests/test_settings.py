"""Settings: where they come from, which source wins, and how a mistake is told."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import PREFIX, Settings
from bot.shipped import shipped_folder
from index.errors import SettingsInvalid

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder without a `footnote.toml`."""
    return tmp_path


def refusal(environ: dict[str, str], folder: Path) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        Settings.load(environ, folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_nothing_set_is_enough(folder: Path) -> None:
    """Without file and environment the defaults hold, and nothing is reachable from other machines."""
    settings = Settings.load({}, folder)
    assert (settings.host, settings.home) == ("127.0.0.1", Path(".footnote"))


def test_documents_default_to_seeds_of_the_working_folder(folder: Path) -> None:
    """A checkout answers from its own `seeds`; a folder without them from what ships."""
    assert Settings.load({}, folder).documents == shipped_folder("seeds")
    (folder / "seeds").mkdir()
    assert Settings.load({}, folder).documents == Path("seeds")


def test_environment_wins_over_file_and_file_over_default(folder: Path) -> None:
    """The nearest source decides."""
    (folder / "footnote.toml").write_text("port = 1000\nhost = 'file.test'\n")
    settings = Settings.load({"FOOTNOTE_PORT": "2000"}, folder)
    assert (settings.port, settings.host, settings.threads) == (2000, "file.test", 0)


def test_empty_environment_value_is_not_a_setting(folder: Path) -> None:
    """`FOOTNOTE_PORT=` in a compose file means nothing was said."""
    (folder / "footnote.toml").write_text("port = 1000")
    assert Settings.load({"FOOTNOTE_PORT": ""}, folder).port == 1000


def test_other_programs_variables_are_ignored(folder: Path) -> None:
    """Names without the prefix, `.env` files included, are none of ours."""
    (folder / ".env").write_text("FOOTNOTE_PORT=1\n")
    assert Settings.load({"PORT": "1", "footnote_port": "1"}, folder).port == 8080


def test_relative_paths_of_the_file_start_at_the_file(folder: Path) -> None:
    """A `footnote.toml` means the same wherever it is read from; absolute paths stay."""
    (folder / "footnote.toml").write_text("documents = 'papers'\nhome = '/var/lib/footnote'\n")
    settings = Settings.load({}, folder)
    assert (settings.documents, settings.home) == (folder / "papers", Path("/var/lib/footnote"))


def test_relative_paths_of_the_environment_start_at_the_working_folder(folder: Path) -> None:
    """A path typed in the shell means what the shell means."""
    assert Settings.load({"FOOTNOTE_DOCUMENTS": "papers"}, folder).documents == Path("papers")


def test_misspelt_variable_is_refused_with_the_nearest_name(folder: Path) -> None:
    """A setting that would be ignored silently is named instead."""
    message = refusal({"FOOTNOTE_DOCUMENT": "x"}, folder)
    assert message == "unknown setting FOOTNOTE_DOCUMENT; did you mean FOOTNOTE_DOCUMENTS?"


def test_misspelt_key_is_refused_with_the_nearest_name(folder: Path) -> None:
    """The file is held to the same rule, and the message says where."""
    (folder / "footnote.toml").write_text("prot = 1")
    assert refusal({}, folder) == "unknown setting prot in footnote.toml; did you mean port in footnote.toml?"


def test_unknown_name_unlike_any_other_gets_no_hint(folder: Path) -> None:
    """A hint is only given when there is something near."""
    assert refusal({"FOOTNOTE_XYZZY": "1"}, folder) == "unknown setting FOOTNOTE_XYZZY"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("MAX_FILE_MB", "0"),
        ("DENSE_WEIGHT", "1.5"),
        ("ABSTAIN_BELOW", "-0.1"),
        ("SYNC_INTERVAL", "never"),
        ("EMBEDDING", "no colon here"),
        ("PUBLIC_URL", "ftp://example.org"),
        ("EMBEDDING_OPTIONS", "{broken"),
        ("EMBEDDING_OPTIONS", "[1]"),
    ],
)
def test_value_out_of_range_is_refused_by_name(folder: Path, name: str, value: str) -> None:
    """The message is one line that names the setting."""
    assert refusal({PREFIX + name: value}, folder).startswith(PREFIX + name)


def test_embedding_options_are_json_in_the_environment_and_a_table_in_the_file(folder: Path) -> None:
    """Both spellings reach the class as the same arguments."""
    (folder / "footnote.toml").write_text("[embedding_options]\nmodel_name = 'm'\nembed_batch_size = 8\n")
    expected = {"model_name": "m", "embed_batch_size": 8}
    assert Settings.load({}, folder).embedding_options == expected
    environ = {"FOOTNOTE_EMBEDDING_OPTIONS": json.dumps(expected)}
    assert Settings.load(environ, folder).embedding_options == expected


def test_a_list_of_ids_is_written_with_commas_in_the_environment(folder: Path) -> None:
    """And as an array in the file."""
    (folder / "footnote.toml").write_text("slack_workspaces = ['T1', 'E2']\n")
    assert Settings.load({}, folder).slack_workspaces == ("T1", "E2")
    assert Settings.load({"FOOTNOTE_SLACK_WORKSPACES": "T3, T4,"}, folder).slack_workspaces == ("T3", "T4")


def test_options_are_never_repeated_in_a_message(folder: Path) -> None:
    """Options may hold keys of paid services; a refusal must not print them."""
    environ = {"FOOTNOTE_EMBEDDING_OPTIONS": '["api-key-4711"]', "FOOTNOTE_EMBEDDING": "bundled"}
    assert "4711" not in refusal(environ, folder)


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", b"= 1"])
def test_broken_file_is_named(folder: Path, content: bytes) -> None:
    """A file that is no TOML is told in one line."""
    (folder / "footnote.toml").write_bytes(content)
    assert refusal({}, folder).startswith("footnote.toml cannot be read")


@given(name=st.from_regex(r"[A-Z0-9_]{1,30}", fullmatch=True), value=st.text(min_size=1, max_size=30))
def test_no_environment_breaks_loading(tmp_path_factory: pytest.TempPathFactory, name: str, value: str) -> None:
    """Any variable either loads or is refused in one line; nothing else escapes."""
    message = ""
    try:
        Settings.load({PREFIX + name: value}, tmp_path_factory.getbasetemp())
    except SettingsInvalid as refused:
        message = str(refused)
    assert len(message.splitlines()) <= 1


def test_every_setting_is_documented() -> None:
    """README's table names each setting with its default and says what the setting says of itself."""
    rows = dict(re.findall(r"^\| `FOOTNOTE_(\w+)` \| (.*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default, description = rows[name.upper()].split(" | ")
        assert description == field.description
        if name != "documents":
            told = str(field.default).lower() if isinstance(field.default, bool) else field.default
            assert default == ("" if field.default in (None, {}, ()) else f"`{told}`")


@pytest.mark.parametrize("alone", ["LLM_BASE_URL", "LLM_MODEL"])
def test_a_model_needs_an_address_and_a_name(tmp_path: Path, alone: str) -> None:
    """The message names the setting that is missing."""
    missing = {"LLM_BASE_URL": "FOOTNOTE_LLM_MODEL", "LLM_MODEL": "FOOTNOTE_LLM_BASE_URL"}[alone]
    with pytest.raises(SettingsInvalid, match=f"needs {missing}"):
        Settings.load({PREFIX + alone: "http://127.0.0.1/v1"}, tmp_path)


def test_a_key_is_never_shown(tmp_path: Path) -> None:
    """Not even to whoever prints the settings."""
    model = {"LLM_BASE_URL": "http://127.0.0.1/v1", "LLM_MODEL": "m", "LLM_API_KEY": "very-secret"}
    settings = Settings.load({PREFIX + name: value for name, value in model.items()}, tmp_path)
    assert "very-secret" not in repr(settings)
