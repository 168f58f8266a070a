"""users.*: people."""

from fakeslack.tiers import TIER_4
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.workspace import Json


def info(caller: Caller) -> Json:
    user = caller.user(caller.arguments["user"]).as_json()
    if not caller.get("include_locale"):
        del user["locale"]
    return {"ok": True, "user": user}


def methods() -> tuple[Method, ...]:
    return (Method("users.info", info, "user", "include_locale", ("users:read",), TIER_4),)
