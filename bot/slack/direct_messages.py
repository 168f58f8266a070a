"""What is said to one person, in their own conversation with the bot."""

from bot.slack.message import Message, as_posted
from bot.slack.place import Place
from bot.slack.ports import Api


class DirectMessages:
    """Begins a thread there. Raises SlackProblem."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, team: str, enterprise: str | None, user: str, message: Message) -> Place:
        """The thread that the message begins."""
        opened = await self._api.call(team, "conversations.open", enterprise=enterprise, users=user)
        channel = str(opened["channel"]["id"])
        posting = {"channel": channel, **as_posted(message)}
        posted = await self._api.call(team, "chat.postMessage", enterprise=enterprise, **posting)
        return Place(team, channel, str(posted["ts"]))
