"""What becomes of a modal that is handed in, once the app has answered."""

from typing import Any

from bot.slack.validation import check_view
from fakeslack.delivery import Delivered
from fakeslack.desk import Desk
from fakeslack.workspace import Json, View, World

MOST_VIEWS = 3


class Modals:
    """One person's modals. Answers that no sound app gives become `problems`."""

    def __init__(self, world: World, desk: Desk, problems: list[str]) -> None:
        self._world = world
        self._desk = desk
        self._problems = problems

    def follow(self, view: View, delivered: Delivered) -> None:
        """Does what the app answered. One that is not acknowledged stays open; without a word it closes."""
        self._desk.errors = {}
        if not delivered.acked:
            return
        response = delivered.response or {}
        match response.get("response_action"):
            case None:
                view.closed = True
            case "clear":
                self._close_all(view.user)
            case "errors":
                self._complain(view, response.get("errors") or {})
            case "update" | "push" as deed:
                self._show(view, deed, response.get("view"))
            case other:
                self._problems.append(f"no answer to a modal is {other!r}")

    def _close_all(self, user: str) -> None:
        for view in self._world.modals(user):
            view.closed = True

    def _complain(self, view: View, errors: Json) -> None:
        """Slack shows an error beside the input block that it names, and none that names another."""
        inputs = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
        self._problems.extend(f"errors: no input block is {block_id!r}" for block_id in errors.keys() - inputs)
        self._desk.errors = errors

    def _show(self, view: View, deed: str, payload: Any) -> None:
        if problems := check_view(payload) if isinstance(payload, dict) else [f"{deed}: the view is missing"]:
            self._problems.extend(problems)
        elif deed == "push":
            self._push(view, payload)
        else:
            self._world.change_view(view, payload)
            self._desk.drafts.pop(view.id, None)

    def _push(self, view: View, payload: Json) -> None:
        if len(self._world.modals(view.user)) >= MOST_VIEWS:
            self._problems.append(f"more than {MOST_VIEWS} modals are on top of one another")
            return
        pushed = self._world.add_view(view.team, view.user, payload, payload.get("external_id"))
        pushed.previous_view_id, pushed.root_view_id = view.id, view.root_view_id or view.id
