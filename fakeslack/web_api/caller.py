"""One call of a method: who calls, with what, and what they may reach."""

from dataclasses import dataclass
from typing import Any

from fakeslack.installations import Installations
from fakeslack.oauth import OAuth
from fakeslack.rules import Rules
from fakeslack.socket_mode import SocketMode
from fakeslack.web_api.echo import Echo
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.workspace import Channel, Installation, Json, Message, Team, User, World


@dataclass(frozen=True, slots=True)
class Slack:
    """What all methods work on. `problems` collects what no sound app does."""

    world: World
    rules: Rules
    echo: Echo
    installations: Installations
    oauth: OAuth
    socket: SocketMode
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Caller:
    """The arguments are checked by name and kind, the token is valid. What is asked for is not: hence the refusals."""

    slack: Slack
    method: str
    arguments: Json
    token: str
    installation: Installation | None = None

    @property
    def world(self) -> World:
        return self.slack.world

    def get(self, name: str, default: Any = None) -> Any:
        """An argument that may be missing; one that is empty counts as missing."""
        return self.arguments.get(name) or default

    def problem(self, text: str) -> None:
        """Something that the test of an app should fail for."""
        self.slack.problems.append(f"{self.method}: {text}")

    # Who

    @property
    def bot(self) -> Installation:
        if self.installation is None:
            raise Refusal("not_allowed_token_type")
        return self.installation

    def reaches(self, team: Team | None) -> bool:
        """Whether the token is good for that workspace."""
        if team is None:
            return False
        return team.id == self.bot.team or (self.bot.is_enterprise and team.enterprise == self.bot.enterprise)

    @property
    def team(self) -> Team:
        """The token's workspace; an organisation's says which, or means its first."""
        named = self.arguments.get("team_id") or self.bot.team
        mine = (team for team in self.world.teams.values() if self.reaches(team))
        team = next((team for team in mine if named in (None, team.id)), None)
        if team is None:
            raise Refusal("team_not_found")
        return team

    def require(self, *any_of: str) -> None:
        """Refuses unless the token has one of these scopes."""
        if any_of and not self.bot.scopes.intersection(any_of):
            raise Refusal("missing_scope", needed=any_of[0], provided=",".join(sorted(self.bot.scopes)))

    @property
    def _reached(self) -> list[str]:
        return [team.id for team in self.world.teams.values() if self.reaches(team)]

    def user(self, user_id: str) -> User:
        """Somebody whom the token can know of: strangers are known where a channel is shared with them."""
        user = self._somebody(user_id)
        if user is None or not (self.reaches(self.world.teams[user.team_id]) or self._meets(user_id)):
            raise Refusal("user_not_found")
        return user

    def _meets(self, user_id: str) -> bool:
        channels = (one for team in self.world.teams.values() for one in team.channels.values())
        return any({user_id, self.bot.bot_user} <= one.members for one in channels)

    # Where

    def team_in(self, channel: Channel) -> Team:
        """The workspace for which the token acts in a channel, which several may share."""
        teams = (self.world.teams.get(team) for team in (channel.team, *sorted(channel.shared_with)))
        there = next((team for team in teams if team is not None and self.reaches(team)), None)
        if there is None:
            raise Refusal("channel_not_found")
        return there

    def channel(self, channel_id: str) -> Channel:
        """A channel that the bot can see. An id of a user means the direct conversation with them."""
        if channel_id.startswith("U") and (user := self._somebody(channel_id)) and self.reaches(self._home(user)):
            return self.world.direct(user.team_id, user.id)
        channel = self.world.channel(channel_id, *self._reached)
        if channel is None:
            raise Refusal("channel_not_found")
        if self.team_in(channel).bot_user not in channel.members and channel.kind != "public":
            raise Refusal("channel_not_found")
        return channel

    def _somebody(self, user_id: str) -> User | None:
        return self.world.user(user_id, *self._reached)

    def _home(self, user: User) -> Team:
        return self.world.teams[user.team_id]

    def is_member(self, channel: Channel) -> bool:
        return self.team_in(channel).bot_user in channel.members

    def joined(self, channel_id: str) -> Channel:
        """A channel that the bot is in and that is still in use."""
        channel = self.channel(channel_id)
        if channel.archived:
            raise Refusal("is_archived")
        if not self.is_member(channel):
            raise Refusal("not_in_channel")
        return channel

    def postable(self, channel_id: str) -> Channel:
        """One that the bot may post in, which with chat:write.public is any public one."""
        channel = self.channel(channel_id)
        public = channel.kind == "public" and not channel.archived
        return channel if public and "chat:write.public" in self.bot.scopes else self.joined(channel_id)

    def message(self, channel: Channel, ts: str, otherwise: str = "message_not_found") -> Message:
        message = channel.message(ts)
        if message is None:
            raise Refusal(otherwise)
        return message

    def thread(self, channel: Channel, ts: str | None) -> str | None:
        """The thread to reply in; that is named by its first message, and naming it by a reply is a problem."""
        if not ts:
            return None
        if message := channel.message(ts):
            if message.thread != ts:
                self.problem(f"thread_ts {ts} is a reply's, not that of the thread's first message")
            return message.thread
        if not channel.in_thread(ts):
            raise Refusal("thread_not_found")
        return ts

    def own(self, message: Message, otherwise: str) -> Message:
        """A message of the app itself."""
        if message.bot_id != self.bot.bot_id:
            raise Refusal(otherwise)
        return message

    def one_of(self, name: str, *allowed: str) -> None:
        """Refuses an argument that is given and is none of these."""
        if (value := self.arguments.get(name)) is not None and value not in allowed:
            raise invalid_arguments(f"{name} must be one of {', '.join(allowed)}")
