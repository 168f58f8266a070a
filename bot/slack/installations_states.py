"""What ties the end of an installation to its beginning: whoever comes back from Slack must have set out from here."""

from datetime import UTC, datetime

from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.installations_database import translated

EXPIRES_S = 600


class States(AsyncSQLAlchemyOAuthStateStore):
    """Each state serves once, in whichever process; what has expired is deleted in passing."""

    def __init__(self, engine: AsyncEngine, expires_s: int = EXPIRES_S) -> None:
        super().__init__(expires_s, engine)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        table = self.oauth_states
        with translated():
            async with self.engine.begin() as connection:
                await connection.execute(delete(table).where(table.c.expire_at <= _now()))
            state: str = await super().async_issue(*args, **kwargs)
        return state

    async def async_consume(self, state: str) -> bool:
        """Two at once cannot both be the first: what counts is who deletes it."""
        table = self.oauth_states
        with translated():
            async with self.engine.begin() as connection:
                ours = delete(table).where(table.c.state == state, table.c.expire_at > _now())
                return (await connection.execute(ours)).rowcount > 0


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
