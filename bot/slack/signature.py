"""Whether a request comes from Slack: the signature that it carries over exactly the bytes of its body."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable

from pydantic import SecretStr

MAX_SKEW_S = 5 * 60  # Slack's own rule: what is older may have been recorded and sent again

_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class Signature:
    """Checks signatures with the app's signing secret. `now` is in Unix seconds."""

    def __init__(self, secret: SecretStr, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now

    def objection(self, timestamp: bytes | None, signature: bytes | None, body: bytes) -> str | None:
        """What is wrong, in words; None if Slack has signed these bytes in the last minutes."""
        if timestamp is None or signature is None:
            return "it is not signed"
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return "its signature is none"
        skew = self._now() - int(timestamp)
        if abs(skew) > MAX_SKEW_S:
            late = "after" if skew > 0 else "before"
            return f"it came {abs(skew):.0f} s {late} it was signed: is the clock of this machine right?"
        if not hmac.compare_digest(self.sign(int(timestamp), body), signature.decode("ascii")):
            return "its signature is wrong: is SLACK_SIGNING_SECRET that of this app?"
        return None

    def sign(self, timestamp: int, body: bytes) -> str:
        """The signature that Slack would send."""
        key = self._secret.get_secret_value().encode()
        return "v0=" + hmac.new(key, b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest()
