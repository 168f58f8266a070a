"""What the rest of the program does for the HTTP surface."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from bot.http.admission import Keys
from bot.http.ports import Answering, Documents, Monitoring, OpenConversations, OpenFeedback, Readiness
from bot.http.suggestions import Suggested
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Product:
    """What is served.

    `conversations` and `feedback` open the place where these are kept, and raise HistoryUnavailable. `elsewhere` are
    other applications by the beginning of their paths, which find out themselves who sends them something; `guarded`
    are such as are reached through the gate only, and refuse bodies that are too large themselves. `connections` say
    of other services, by their names, whether we are connected to them now. `upload_suffixes` are the kinds of
    documents that can be read, as in `.pdf`.
    """

    answering: Answering
    readiness: Readiness
    settings: Settings
    conversations: OpenConversations
    feedback: OpenFeedback
    suggested: Suggested
    documents: Documents
    keys: Keys
    monitoring: Monitoring
    upload_suffixes: Collection[str] = ()
    elsewhere: Mapping[str, ASGIApp] = field(default_factory=dict)
    guarded: Mapping[str, ASGIApp] = field(default_factory=dict)
    connections: Mapping[str, Callable[[], bool]] = field(default_factory=dict)
