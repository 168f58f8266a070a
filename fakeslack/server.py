"""The stand-in for Slack, as one server on this machine."""

import secrets
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp import web

from fakeslack.clock import Clock
from fakeslack.delivery import Delivery
from fakeslack.faults import Faults
from fakeslack.files import Files
from fakeslack.installations import Installations
from fakeslack.oauth import OAuth
from fakeslack.people import Person
from fakeslack.response_urls import ResponseUrls
from fakeslack.rules import Rules
from fakeslack.tiers import Tiers
from fakeslack.trying import Transport
from fakeslack.web_api.caller import Slack
from fakeslack.web_api.echo import Echo
from fakeslack.web_api.gateway import Call, Gateway
from fakeslack.web_api.registry import all_methods
from fakeslack.workspace import Channel, Installation, Kind, Message, Team, World

MOST_BYTES = 20 * 1024 * 1024
SHUTDOWN_S = 0.2


class FakeSlack:
    """Workspace T1 with the app installed in it; more can be added. It listens inside `async with`.

    The token `bot_token` may do what `scopes` say (None: everything). `strict` refuses arguments that no method has.
    `problems` collects what no sound app does, and failures of the stand-in itself: a test asserts that it is empty.
    """

    def __init__(
        self,
        transport: Transport = "socket",
        request_url: str | None = None,
        strict: bool = True,
        scopes: Iterable[str] | None = None,
    ) -> None:
        self.signing_secret = secrets.token_hex(16)
        self.problems: list[str] = []
        self.clock = Clock()
        self.faults = Faults()
        self.rules = Rules(strict=strict)
        self.tiers = Tiers(self.clock)
        self.world = World(self.clock)
        self.delivery = Delivery(self.world, self.clock, self.faults, self.signing_secret)
        self.delivery.transport = transport
        self.delivery.request_url = request_url
        self.installations = Installations(self.world)
        self.oauth = OAuth(self.world, self.installations, self.problems)
        echo = Echo(self.world, self.delivery)
        self.response_urls = ResponseUrls(self.world, self.faults, echo, self.problems)
        self.files = Files(self.world, self.faults)
        self._gateway = self._with_methods(echo)
        self._routes: list[web.RouteDef] = []
        self._runner: web.AppRunner | None = None
        self.world.add_team("T1", "Acme")
        self.bot_token = self.install("T1", scopes).token
        self.app_token = self.installations.app_token()

    def _with_methods(self, echo: Echo) -> Gateway:
        socket = self.delivery.socket_mode
        slack = Slack(self.world, self.rules, echo, self.installations, self.oauth, socket, self.problems)
        return Gateway(slack, self.faults, self.tiers, all_methods())

    # Listening

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=SHUTDOWN_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.world.url = self.delivery.socket_mode.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.delivery.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_route("*", "/api/{method}", self._gateway.handle)
        application.router.add_get("/ws", self.delivery.socket_mode.handle)
        application.router.add_get("/oauth/v2/authorize", self.oauth.authorize)
        application.router.add_post("/response/{id}", self.response_urls.handle)
        application.router.add_post("/upload/{id}", self.files.upload)
        application.router.add_get("/files/{id}", self.files.download)
        application.router.add_routes(self._routes)
        return application

    def serve(self, route: web.RouteDef) -> None:
        """One more route, for what is not Slack's; to be told before it listens."""
        self._routes.append(route)

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def api_url(self) -> str:
        """What the SDK takes as its base URL."""
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        """Where a browser goes to install the app."""
        return f"{self.url}/oauth/v2/authorize"

    # Who and where

    def add_team(self, team_id: str, name: str = "", enterprise: str | None = None) -> Team:
        """Another workspace, in which the app is not installed yet."""
        return self.world.add_team(team_id, name, enterprise)

    def install(
        self,
        team: str | None = "T1",
        scopes: Iterable[str] | None = None,
        rotating: bool = False,
        enterprise: str | None = None,
    ) -> Installation:
        """A token without the browser; see Installations."""
        return self.installations.install(team, scopes, rotating, enterprise)

    def user(self, name: str = "ana", team: str = "T1") -> Person:
        """A person, made when first named: a member of all public channels, present and future."""
        there = self.world.teams[team]
        user = there.user_named(name)
        if user is None:
            user = self.world.add_user(team, name)
            for channel in there.channels.values():
                if channel.kind == "public":
                    channel.members.add(user.id)
        return Person(self, user)

    def channel(
        self,
        name: str = "general",
        *,
        kind: Kind = "public",
        with_bot: bool = True,
        members: Iterable[str] = (),
        team: str = "T1",
    ) -> Channel:
        """A channel, made when first named. In one that is not public there are just these `members`, by name."""
        there = self.world.teams[team]
        if known := there.channel_named(name):
            return known
        people = {self.user(one, team).id for one in members}
        if kind == "public":
            people |= {user.id for user in there.users.values() if not user.is_bot}
        return self.world.add_channel(team, name, kind, people | ({there.bot_user} if with_bot else set()))

    # What has happened

    @property
    def calls(self) -> list[Call]:
        """Every call of a method, those included that faults have hit."""
        return self._gateway.calls

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def transcript(
        self, channel: Channel | str, thread: str | None = None, viewer: Person | str | None = None
    ) -> list[Message]:
        """A channel, or one thread of it, as that person (or their id) sees it; without `viewer` as everybody does."""
        there = self.world.channel(channel) if isinstance(channel, str) else channel
        viewer = viewer.id if isinstance(viewer, Person) else viewer
        if there is None:
            return []
        return there.seen_by(viewer) if thread is None else there.in_thread(thread, viewer)
