"""What a view of ours carries unseen, and Slack hands back with everything that is done in it."""

import json
from collections.abc import Mapping
from typing import Any


def as_metadata(**texts: str) -> str:
    """For `private_metadata`; to be read by `metadata_of`."""
    return json.dumps(texts)


def metadata_of(view: Mapping[str, Any]) -> dict[str, str]:
    """The texts that it carries, by their names; none of what is no object in JSON: another version has opened it."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(carried, dict):
        return {}
    return {name: value for name, value in carried.items() if isinstance(value, str)}
