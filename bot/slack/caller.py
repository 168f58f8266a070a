"""Who presses, types or opens something, and through which of our installations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Caller:
    """`team` and `enterprise` name our installation, see `installed_in`; `user_team` is the person's own workspace."""

    team: str
    enterprise: str | None
    user: str
    user_team: str

    @property
    def person(self) -> str:
        return f"{self.user_team}:{self.user}"

    @classmethod
    def of(cls, context: Mapping[str, Any], body: Mapping[str, Any]) -> Self:
        """Of what Slack sends, and of Bolt's context, which takes whoever clicks for one of our own people."""
        team, user = installed_in(context), body.get("user")
        home = user.get("team_id") if isinstance(user, Mapping) else None
        home = home or context.get("actor_team_id") or body.get("team_id") or team
        return cls(team, context.get("enterprise_id"), str(context.get("user_id") or ""), str(home))


def installed_in(context: Mapping[str, Any]) -> str:
    """The id of the workspace that our installation is for, or of the organisation if it is for all of that.

    Of an organisation, Slack names a workspace with clicks and commands, and none with events: neither may make two
    conversations of one, nor the lack of it one of two.
    """
    whole = context.get("enterprise_id") if context.get("is_enterprise_install") else None
    return str(whole or context.get("team_id") or "")
