"""The documents inside a scope, page by page."""

import threading
from bisect import bisect_right

from bot.listed_documents import ListedDocuments
from bot.scope import Scope
from index.catalog import Catalog

MOST_REMEMBERED = 8  # scopes: of a hundred thousand documents each takes a megabyte


class DocumentListing:
    """Knows the ids inside the scopes that are asked for as long as the index stays as it is; for any thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._known: dict[Scope, tuple[int, list[str]]] = {}

    def page(self, scope: Scope, limit: int, after: str | None = None) -> ListedDocuments:
        """At most `limit` documents whose ids come after that one, whether or not there is one of that id."""
        ids = self._ids(scope)
        begin = 0 if after is None else bisect_right(ids, after)
        shown = ids[begin : begin + limit]
        more = shown[-1] if shown and begin + limit < len(ids) else None
        return ListedDocuments(self._catalog.summaries(shown), len(ids), more)

    def _ids(self, scope: Scope) -> list[str]:
        change = self._catalog.change  # before the ids: a number too old only costs another look
        with self._lock:
            known = self._known.get(scope)
        if known and known[0] == change:
            return known[1]
        ids = [id for id in self._catalog.document_ids() if scope.allows(id)]
        with self._lock:
            self._known.pop(scope, None)
            self._known[scope] = change, ids
            if len(self._known) > MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
        return ids
