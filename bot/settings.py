"""All settings, read once from `footnote.toml` and the environment mapping that the caller passes in."""

import difflib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator

from bot.channel_settings import ChannelSettings
from bot.shipped import shipped_folder
from index.errors import SettingsInvalid
from index.settings import IndexSettings

PREFIX = "FOOTNOTE_"


class Settings(IndexSettings):
    """Everything that can be configured.

    The environment wins over `footnote.toml`, which wins over the defaults.
    """

    host: Annotated[str, Field(description="Address the server binds to; loopback unless you choose otherwise.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=0, le=65535, description="Port of the server; 0 picks a free one.")] = 8080
    public_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s?#]+$",
            description="Where readers reach the server; links in answers start so.",
        ),
    ] = None
    open: Annotated[bool, Field(description="Whether whoever reaches the server may ask without a key.")] = False
    rate_limit: Annotated[
        str,
        Field(
            pattern=r"^[1-9]\d* ?/ ?(second|minute|hour|day)(; ?[1-9]\d* ?/ ?(second|minute|hour|day))*$",
            description="Requests of one key or address; several limits are separated by semicolons.",
        ),
    ] = "600/minute"
    max_requests: Annotated[
        int, Field(gt=0, description="Requests at the same time; others are told to come again.")
    ] = 128
    sync_interval: Annotated[
        float, Field(gt=0, description="Seconds between looks at the documents folder while serving.")
    ] = 2.0
    abstain_below: Annotated[
        float, Field(ge=0, le=1, description="Confidence under which the bot says that it does not know.")
    ] = 0.3
    llm_base_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s?#]+$",
            description="An OpenAI-compatible server that writes answers; without one sentences are quoted.",
        ),
    ] = None
    llm_model: Annotated[str | None, Field(min_length=1, description="The model's name there.")] = None
    llm_api_key: Annotated[SecretStr | None, Field(description="Its key, where one is needed.")] = None
    llm_provider: Annotated[
        Literal["openai", "anthropic"],
        Field(description="`openai` for all compatible servers; `anthropic` needs the extra of that name."),
    ] = "openai"
    llm_deadline: Annotated[
        float, Field(gt=0, le=600, description="Seconds for the whole answer; then sentences are quoted instead.")
    ] = 20.0
    llm_context_window: Annotated[
        int, Field(ge=1024, description="Tokens that the model reads and writes; passages are chosen to fit.")
    ] = 8192
    llm_max_tokens: Annotated[int, Field(ge=64, description="Tokens of an answer at most.")] = 800
    llm_concurrency: Annotated[int, Field(ge=1, description="Calls at the same time.")] = 4
    llm_price_input: Annotated[
        float | None, Field(ge=0, description="Price of a million tokens read; costs are then recorded.")
    ] = None
    llm_price_output: Annotated[float | None, Field(ge=0, description="Price of a million tokens written.")] = None
    prompts: Annotated[
        Path | None, Field(description="A folder with prompts and phrases of your own instead of those that ship.")
    ] = None
    history_url: Annotated[
        SecretStr | None,
        Field(description="SQLAlchemy URL of the database of conversations; SQLite below the home by default."),
    ] = None
    history_days: Annotated[
        float, Field(ge=0, description="Days that conversations and answers are kept; 0 keeps them for good.")
    ] = 90.0
    slack_api_url: Annotated[
        str,
        Field(pattern=r"^https?://[^\s?#]+/api/$", description="Slack's Web API, or that of a stand-in."),
    ] = "https://slack.com/api/"
    slack_channels: Annotated[
        dict[str, ChannelSettings],
        Field(description="What each channel may ask about, by its id, `default` or `direct`: tables, or JSON."),
    ] = {}  # noqa: RUF012 - pydantic copies it
    slack_workspaces: Annotated[
        tuple[str, ...],
        Field(description="Ids of the workspaces and organisations that may install the app; any of them by default."),
    ] = ()
    slack_concurrency: Annotated[int, Field(ge=1, description="Questions from Slack at the same time.")] = 8
    slack_lease: Annotated[
        float,
        Field(ge=5, description="Seconds until a question of a process that has died is another's to answer."),
    ] = 15.0
    max_question_chars: Annotated[int, Field(gt=0, description="Longer questions are refused.")] = 2000
    max_body_kb: Annotated[
        int, Field(gt=0, description="Larger request bodies are refused; uploads have limits of their own.")
    ] = 256
    log_format: Annotated[
        Literal["text", "json"], Field(description="`json` for programs that collect logs: an object a line.")
    ] = "text"
    log_questions: Annotated[bool, Field(description="Whether the log may hold what people ask.")] = False

    @model_validator(mode="after")
    def _model_is_named_and_reachable(self) -> Self:
        if self.llm_base_url and not self.llm_model:
            raise ValueError("FOOTNOTE_LLM_BASE_URL needs FOOTNOTE_LLM_MODEL, the model's name there")
        if self.llm_model and not self.llm_base_url and self.llm_provider == "openai":
            raise ValueError("FOOTNOTE_LLM_MODEL needs FOOTNOTE_LLM_BASE_URL, the server's address")
        return self

    @classmethod
    def load(cls, environ: Mapping[str, str], folder: Path) -> Self:
        """Read `folder/footnote.toml`, if any, and the `FOOTNOTE_*` names of `environ`.

        Relative paths in the file are relative to the file. Raises SettingsInvalid naming the setting and the
        reason.
        """
        defaults = {"documents": default_documents(folder)}
        values = defaults | _file_values(folder / "footnote.toml") | _environ_values(environ)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsInvalid(_first_reason(error)) from error


def default_documents(folder: Path) -> Path:
    """`seeds` in the working folder; where there is none, the documents that ship with the package."""
    return Path("seeds") if (folder / "seeds").is_dir() else shipped_folder("seeds")


def _file_values(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{path.name} cannot be read: {error}") from error
    _refuse_unknown(values, shown_as=lambda name: f"{name} in {path.name}")
    return {
        name: path.parent / value if name in ("documents", "home", "prompts") and isinstance(value, str) else value
        for name, value in values.items()
    }


def _environ_values(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value != ""
    }
    _refuse_unknown(values, shown_as=lambda name: PREFIX + name.upper())
    if "slack_workspaces" in values:
        values["slack_workspaces"] = [id.strip() for id in values["slack_workspaces"].split(",") if id.strip()]
    for name in ("embedding_options", "slack_channels"):
        if name in values:
            values[name] = _json_table(name, values[name])
    return values


def _json_table(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsInvalid(f"{PREFIX}{name.upper()} is not JSON: {error}") from error


def _refuse_unknown(names: Iterable[str], shown_as: Callable[[str], str]) -> None:
    """A misspelt setting that is silently ignored costs an afternoon; name it and the nearest real one."""
    for name in names:
        if name not in Settings.model_fields:
            near = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"; did you mean {shown_as(near[0])}?" if near else ""
            raise SettingsInvalid(f"unknown setting {shown_as(name)}{hint}")


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    if not first["loc"]:  # about several settings, which the message names
        return str(first["ctx"]["error"])
    name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
    return f"{name}: {first['msg']}"
