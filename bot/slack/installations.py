"""The workspaces that have installed the app, with their tokens: what Slack's SDK keeps, and what it leaves open."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import (
    AsyncSQLAlchemyInstallationStore,
    SQLAlchemyInstallationStore,
)
from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.history_tables import SLACK_ROTATIONS
from bot.slack.installations_database import translated


class Installations(AsyncSQLAlchemyInstallationStore):
    """Shared by processes. Whatever it is asked raises HistoryUnavailable if the database cannot be used.

    `welcome` are the ids of the workspaces and organisations that may use the app; all may if there are none.
    """

    def __init__(self, client_id: str, engine: AsyncEngine, welcome: Collection[str] = ()) -> None:
        super().__init__(client_id, engine)
        self._welcome = welcome

    async def async_save(self, installation: Installation) -> None:
        """Of those that were made before, nothing is kept. Raises BoltError for a workspace that is not welcome."""
        if not self._is_welcome(installation.team_id, installation.enterprise_id):
            raise BoltError("this workspace may not install the app")
        with translated():
            await super().async_save(installation)
            at = _naive(installation.installed_at)
            await self._delete(
                installation.enterprise_id, installation.team_id, lambda table: table.c.installed_at < at
            )

    async def bot(self, team: str, enterprise: str | None) -> Bot | None:
        """The workspace's own, else that of the organisation.

        Workspaces join organisations after they have installed the app, and where several meet, Slack may name the
        organisation of whoever acts: a workspace's own is found whatever `enterprise` says.
        """
        c = self.bots.c
        own, whole = c.team_id == team, and_(c.team_id.is_(None), c.enterprise_id == (enterprise or ""))
        known = and_(c.client_id == self.client_id, c.bot_token.is_not(None), or_(own, whole))
        wanted = self.bots.select().where(known).order_by(c.team_id.is_(None), c.installed_at.desc()).limit(1)
        with translated():
            async with self.engine.connect() as connection:
                row = (await connection.execute(wanted)).mappings().first()
        if row is None or not self._is_welcome(row["team_id"], row["enterprise_id"]):
            return None
        return SQLAlchemyInstallationStore.build_bot_entity(row)

    async def same_bot(self, enterprise: str | None, team: str | None) -> Bot | None:
        """Only exactly that one; `team` None is an installation for a whole organisation."""
        with translated():
            return await self.async_find_bot(enterprise_id=enterprise, team_id=team, is_enterprise_install=team is None)

    async def forget(self, enterprise: str | None, team: str | None, at: float) -> None:
        """It was uninstalled at that time, in Unix seconds: who has installed it again since keeps it."""
        until = _naive(at + 1)  # Slack tells whole seconds
        with translated():
            await self._delete(enterprise, team, lambda table: table.c.installed_at <= until)

    async def exchange(self, old: Bot, new: Bot) -> bool:
        """Put new tokens in place of the old, unless those are not there any more."""
        values = {
            "bot_token": new.bot_token,
            "bot_refresh_token": new.bot_refresh_token,
            "bot_token_expires_at": None if new.bot_token_expires_at is None else _naive(new.bot_token_expires_at),
        }
        counts = []
        with translated():
            async with self.engine.begin() as connection:
                for table in (self.bots, self.installations):
                    same = and_(table.c.client_id == self.client_id, table.c.bot_token == old.bot_token)
                    counts.append((await connection.execute(update(table).where(same).values(values))).rowcount)
        return counts[0] > 0

    async def claim(self, installation: str, owner: str, now: float, until: float) -> bool:
        """Whether only `owner` may exchange the token of that installation until then."""
        free = or_(SLACK_ROTATIONS.c.until < _naive(now), SLACK_ROTATIONS.c.owner == owner)
        taken = update(SLACK_ROTATIONS).where(SLACK_ROTATIONS.c.installation == installation, free)
        values = {"owner": owner, "until": _naive(until)}
        with translated():
            async with self.engine.begin() as connection:
                if (await connection.execute(taken.values(values))).rowcount:
                    return True
            try:
                async with self.engine.begin() as connection:
                    await connection.execute(insert(SLACK_ROTATIONS).values(installation=installation, **values))
            except IntegrityError:
                return False
        return True

    async def release(self, installation: str, owner: str) -> None:
        """The next one may."""
        ours = and_(SLACK_ROTATIONS.c.installation == installation, SLACK_ROTATIONS.c.owner == owner)
        with translated():
            async with self.engine.begin() as connection:
                await connection.execute(delete(SLACK_ROTATIONS).where(ours))

    async def close(self) -> None:
        await self.engine.dispose()

    def _is_welcome(self, team: str | None, enterprise: str | None) -> bool:
        return not self._welcome or team in self._welcome or enterprise in self._welcome

    async def _delete(
        self, enterprise: str | None, team: str | None, old: Callable[[Table], ColumnElement[bool]]
    ) -> None:
        async with self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                await connection.execute(delete(table).where(self._of(table, enterprise, team), old(table)))

    def _of(self, table: Table, enterprise: str | None, team: str | None) -> ColumnElement[bool]:
        """A workspace is the same in whichever organisation it was when it installed the app."""
        c = table.c
        where = c.team_id == team if team else and_(c.team_id.is_(None), c.enterprise_id == enterprise)
        return and_(c.client_id == self.client_id, where)


def _naive(at: float) -> datetime:
    """As the SDK keeps times: in UTC, without saying so."""
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
