"""The route /_control: another process has people act, orders faults, moves time and looks at what there is.

    POST /_control {"do": "mention", "user": "ana", "channel": "general", "text": "Who pays?"}
    POST /_control {"do": "click", "target": "1700000000.000100", "action_id": "footnote_vote", "value": "positive"}
    POST /_control {"do": "fault", "method": "chat.postMessage", "kind": "status", "value": 503}
    POST /_control {"do": "transcript", "channel": "general"}

answers `{"ok": true, "result": …}`, or `{"ok": false, "error": …}` with status 400. GET /_control/health tells where
the stand-in is and what lets an app in.
"""

import json
from typing import Any

from aiohttp import web

from fakeslack.elements import NotThere
from fakeslack.orders import Orders, WrongOrder
from fakeslack.server import FakeSlack
from fakeslack.workspace import Json


class Control:
    """Has to be made before the stand-in listens."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._orders = Orders(slack)
        slack.serve(web.post("/_control", self._order))
        slack.serve(web.get("/_control/health", self._health))

    async def _order(self, request: web.Request) -> web.Response:
        try:
            order = _object(await request.read())
            return web.json_response({"ok": True, "result": await self._orders.carry_out(order)})
        except (WrongOrder, NotThere) as problem:
            return web.json_response({"ok": False, "error": str(problem)}, status=400)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response(self.coordinates())

    def coordinates(self) -> Json:
        """What an app has to be told to live in the stand-in."""
        return {
            "ok": True,
            "url": self._slack.url,
            "api_url": self._slack.api_url,
            "control_url": f"{self._slack.url}/_control",
            "bot_token": self._slack.bot_token,
            "app_token": self._slack.app_token,
            "signing_secret": self._slack.signing_secret,
        }


def _object(body: bytes) -> dict[str, Any]:
    try:
        order = json.loads(body)
    except ValueError as broken:
        raise WrongOrder(f"that is no JSON: {broken}") from broken
    if not isinstance(order, dict):
        raise WrongOrder("an order is an object")
    return order
