"""What Slack tells an app of clicks, menus, shortcuts, modals and slash commands."""

from typing import Any

from fakeslack.payloads import VERIFICATION_TOKEN
from fakeslack.workspace import Channel, Json, Message, Team, User, View

SHOWN_AS = {"im": "directmessage", "private": "privategroup", "mpim": "mpdm"}  # instead of names that are private


class Interactions:
    """Payloads for one person and the workspace in which the app is installed.

    `org_wide` says that the app is installed for the whole organisation: what does not come from a message then names
    no workspace.
    """

    def __init__(self, team: Team, user: User, org_wide: bool) -> None:
        self._team = team
        self._user = user
        self._org_wide = org_wide

    def message_action(self, message: Message, channel: Channel, actions: list[Json], **more: Any) -> Json:
        """A click in a message. Of ephemeral ones Slack tells the id, and nothing that they say."""
        ephemeral = message.ephemeral_to is not None
        told = {} if ephemeral else {"message": message.as_json()}
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        }
        place = {"container": container, "channel": _channel(channel)}
        return self._common("block_actions") | place | told | more | {"actions": actions}

    def view_action(self, view: View, actions: list[Json], **more: Any) -> Json:
        """A click in a modal or in the Home tab."""
        container = {"type": "view", "view_id": view.id}
        known = {"container": container, "view": self._view(view)}
        return self._common("block_actions", view) | known | more | {"actions": actions}

    def suggestion(self, view: View | None, message: Message | None, element: Json, query: str) -> Json:
        """What was typed into a menu whose options come from the app."""
        told: Json = {"view": self._view(view)} if view else {"message": message.as_json()} if message else {}
        container = {"type": "view", "view_id": view.id} if view else {"type": "message"}
        return self._common("block_suggestion", view) | told | {"container": container, **element, "value": query}

    def view_submission(self, view: View, trigger: str) -> Json:
        """A modal is handed in, with its state as it is now."""
        return self._common("view_submission", view) | {
            "view": self._view(view),
            "trigger_id": trigger,
            "response_urls": [],
        }

    def view_closed(self, view: View, cleared: bool) -> Json:
        """A modal is put away, if it asked to be told; `cleared`: with all others."""
        return self._common("view_closed", view) | {"view": self._view(view), "is_cleared": cleared}

    def message_shortcut(self, callback_id: str, message: Message, channel: Channel, **more: Any) -> Json:
        """An entry of a message's menu."""
        told = {
            "callback_id": callback_id,
            "message_ts": message.ts,
            "message": message.as_json(),
            "channel": _channel(channel),
        }
        return self._common("message_action") | told | more

    def global_shortcut(self, callback_id: str, **more: Any) -> Json:
        """An entry of the menu for everything: it comes from no conversation."""
        return self._common("shortcut", anywhere=True) | {"callback_id": callback_id} | more

    def command(self, name: str, text: str, channel: Channel, trigger: str, response_url: str) -> Json:
        """A slash command; everything in it is a string, as in a form."""
        organisation = {"enterprise_id": self._team.enterprise, "enterprise_name": "Organisation"}
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": self._team.id,
            "team_domain": self._team.name.lower(),
            **(organisation if self._team.enterprise else {}),
            "channel_id": channel.id,
            "channel_name": SHOWN_AS.get(channel.kind, channel.name),
            "user_id": self._user.id,
            "user_name": self._user.name,
            "command": name,
            "text": text,
            "api_app_id": self._team.app_id,
            "is_enterprise_install": "true" if self._org_wide else "false",
            "response_url": response_url,
            "trigger_id": trigger,
        }

    def _common(self, kind: str, view: View | None = None, anywhere: bool = False) -> Json:
        user = self._user
        nowhere = self._org_wide and (view is not None or anywhere)
        enterprise = {"id": self._team.enterprise, "name": "Organisation"} if self._team.enterprise else None
        return {
            "type": kind,
            "token": VERIFICATION_TOKEN,
            "team": None if nowhere else self._place(user.team_id if view else self._team.id),
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": self._team.app_id,
            "enterprise": enterprise,
            "is_enterprise_install": self._org_wide,
        }

    def _place(self, team: str) -> Json:
        return {"id": team, "domain": self._team.name.lower() if team == self._team.id else team.lower()}

    def _view(self, view: View) -> Json:
        """The workspace of a view is the person's own; where the app is installed is said beside it."""
        told = view.as_json(self._team.app_id, self._team.bot_id)
        return told | {"team_id": self._user.team_id, "app_installed_team_id": self._team.id}


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": SHOWN_AS.get(channel.kind, channel.name)}
