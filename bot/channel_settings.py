"""What a Slack channel may ask about, and how it is spoken to: the tables `[slack_channels.…]` of `footnote.toml`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.scope import Scope

DEFAULT, DIRECT = "default", "direct"


class ChannelSettings(BaseModel):
    """What holds in one channel; what its table leaves out is taken from that of `default`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    documents: Annotated[
        tuple[str, ...] | None, Field(description="Globs on document ids that may be asked about; all by default.")
    ] = None
    unasked: Annotated[
        bool, Field(description="Whether questions are answered that nobody was asked, if the documents answer them.")
    ] = False
    language: Annotated[
        str, Field(pattern=r"^[a-z]{2}$", description="Of the fixed words: `en`, `de`, `fr` or `es`.")
    ] = "en"

    @property
    def scope(self) -> Scope:
        return Scope(self.documents)


class ChannelRules:
    """Finds what holds in a channel by its id: its own table, else `direct` for direct messages, else `default`."""

    def __init__(self, tables: Mapping[str, ChannelSettings]) -> None:
        self._default = tables.get(DEFAULT, ChannelSettings())
        self._tables = {name: self._completed(table) for name, table in tables.items()}

    @property
    def languages(self) -> frozenset[str]:
        """All that any channel is spoken to in."""
        return frozenset(rule.language for rule in (self._default, *self._tables.values()))

    def of(self, channel: str, *, direct: bool = False) -> ChannelSettings:
        """`direct` for what only one person sees: direct messages and the Home tab."""
        own = self._tables.get(channel)
        return own or (self._tables.get(DIRECT, self._default) if direct else self._default)

    def _completed(self, table: ChannelSettings) -> ChannelSettings:
        said = {name: getattr(table, name) for name in table.model_fields_set}
        return self._default.model_copy(update=said)
