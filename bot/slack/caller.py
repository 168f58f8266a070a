"""Who presses, types or opens something, and through which of our installations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Caller:
    """`team` and `enterprise` name our installation; `user_team` is the person's own workspace."""

    team: str
    enterprise: str | None
    user: str
    user_team: str

    @property
    def person(self) -> str:
        return f"{self.user_team}:{self.user}"

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> Self:
        """Of Bolt's context. An installation for a whole organisation may name no workspace."""
        team = str(context.get("team_id") or "")
        return cls(
            team,
            context.get("enterprise_id"),
            str(context.get("user_id") or ""),
            str(context.get("actor_team_id") or team),
        )
