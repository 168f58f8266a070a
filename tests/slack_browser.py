"""Somebody who installs the app: their browser goes to us, to Slack, and back."""

import aiohttp
from httpx import AsyncClient, Response

PUBLIC = "https://footnote.example.com"


class Browser:
    """Its client reaches us under any address: the public one, where Slack sends it back to, is nowhere."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self.cookie = ""

    async def set_out(self) -> str:
        """Where Slack is."""
        begun = await self._client.get("/slack/install")
        assert begun.status_code == 302
        self.cookie = begun.headers["set-cookie"].partition(";")[0]
        return str(begun.headers["location"])

    async def allow(self, location: str) -> str:
        """Where Slack sends them back to, below our address."""
        async with aiohttp.ClientSession() as session, session.get(location, allow_redirects=False) as answer:
            back = answer.headers["location"]
        assert back.startswith(f"{PUBLIC}/slack/oauth_redirect?")
        return back.removeprefix(PUBLIC)

    async def come_back(self, path: str, **headers: str) -> Response:
        return await self._client.get(path, headers={"cookie": self.cookie} | headers)

    async def install(self) -> Response:
        return await self.come_back(await self.allow(await self.set_out()))
