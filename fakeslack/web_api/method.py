"""What one Web API method is called, takes and needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fakeslack.tiers import EACH_CHANNEL
from fakeslack.web_api.caller import Caller
from fakeslack.workspace import Json

TokenOf = Literal["bot", "app", "none"]


@dataclass(frozen=True, slots=True)
class Method:
    """`required` and `optional` are names of arguments, parted by blanks; one of `scopes` (any, if empty) is needed.

    `needs` says whose token. Scopes that depend on the kind of conversation are for `perform` to ask for; it raises
    Refusal.
    """

    name: str
    perform: Callable[[Caller], Json]
    required: str = ""
    optional: str = ""
    scopes: tuple[str, ...] = ()
    per_minute: int = EACH_CHANNEL
    each_channel: bool = False
    needs: TokenOf = "bot"

    @property
    def known(self) -> frozenset[str]:
        """Every argument that may be given; `team_id` says for which workspace an organisation's token is used."""
        return frozenset(f"{self.required} {self.optional} team_id".split())
