"""The gate: who gets in, with which rights, and what is said to everybody else."""

import hashlib
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from footnote_process import Server, run, serving
from http_product import a_product
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from bot.access import Access
from bot.errors import DocumentNotFound, KeysMissing
from bot.http.address import client_of, is_loopback
from bot.http.admission import require_admittable
from bot.http.app import create_app
from bot.key_file import KeyFile
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings

HOME = "http://localhost:8080"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
VISITOR = "v" * 32
BROWSER_ID = hashlib.sha256(VISITOR.encode()).hexdigest()[:16]


NEEDING_A_KEY = (
    *("POST /ask", "POST /search", "GET /", "HEAD /", "GET /a/x", "GET /answers/a", "POST /answers/a/feedback"),
    *("GET /conversations", "GET /suggestions", "GET /metrics", "GET /nothing", "OPTIONS /ask"),
    *("GET /documents", "GET /documents/a.md", "PUT /documents/a.md", "DELETE /documents/a.md"),
    *("POST /v1/chat/completions", "GET /v1/models", "POST /mcp", "GET /mcp"),
    *("GET //web/x", "GET /session/", "GET /healthz/x", "GET /webs", "GET /openapi.json/"),
)


@dataclass(frozen=True, slots=True)
class FakeState:
    ready: bool = True
    percent: int = 100
    detail: str = "ready"


class FakeReadiness:
    state = FakeState()


@dataclass
class Seen:
    """Answers nothing, and remembers with which rights it was asked."""

    scopes: list[Scope] = field(default_factory=list)

    async def search(self, query: str, top_k: int, *, scope: Scope = EVERYTHING) -> list[Any]:
        self.scopes.append(scope)
        return []

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Any:
        self.scopes.append(scope)
        raise DocumentNotFound("there is no such document in the index")


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


class House:
    """The whole application, with a route that tells who is asking."""

    def __init__(self, seen: Seen, keys: KeyFile, **settings: Any) -> None:
        configured = Settings(documents=Path("docs"), **settings)
        self.app = create_app(a_product(seen, FakeReadiness(), configured, keys=keys))
        self.app.add_api_route("/who", self._who, methods=["GET", "POST", "DELETE"], include_in_schema=False)
        self.access: Access | None = None

    async def _who(self, request: Request) -> str:
        self.access = request.state.access
        return "told"

    async def asked(self, method: str = "GET", host: str = HOME, **headers: str) -> httpx.Response:
        """What the route of that name answers to these headers; who asked is then `access`."""
        self.access = None
        async with self.client(host) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, "/who", headers=named)

    def client(self, host: str = HOME, client: str = "127.0.0.1") -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app, client=(client, 5)), base_url=host)


@pytest.fixture
def house(seen: Seen, keys: KeyFile) -> House:
    return House(seen, keys)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def detail_of(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["detail"])


class TestWithoutKeys:
    async def test_on_this_machine_everybody_may_do_everything(self, house: House) -> None:
        """Two commands after the installation."""
        assert (await house.asked()).status_code == 200
        assert house.access == Access("open", may_manage=True)

    @pytest.mark.parametrize("host", ["http://127.0.0.1:9", "http://[::1]:9", "http://LOCALHOST", "http://127.8.0.1"])
    async def test_this_machine_has_many_names(self, house: House, host: str) -> None:
        assert (await house.asked(host=host)).status_code == 200

    @pytest.mark.parametrize(
        "host", ["evil.example", "localhost.evil.example", "evil.example:8080", "10.0.0.1", "", "[", "0"]
    )
    async def test_a_foreign_name_that_leads_here_is_refused(self, house: House, host: str) -> None:
        """A page whose name was made to lead to this machine is for browsers of the same origin as its requests."""
        response = await house.asked(Host=host)
        assert response.status_code == 421
        assert "FOOTNOTE_PUBLIC_URL" in detail_of(response)

    async def test_whoever_comes_through_a_proxy_is_not_on_this_machine(self, house: House) -> None:
        """Many proxies send their own name for the host."""
        async with house.client(client="203.0.113.7") as client:
            assert (await client.get("/who")).status_code == 421

    @pytest.mark.parametrize("name", ["Forwarded", "Via", "X_Real_IP"])
    async def test_whatever_says_that_there_is_a_proxy_is_believed(self, house: House, name: str) -> None:
        """Not all of them say for whom they ask in the same words."""
        assert (await house.asked(**{name: "1.1 proxy"})).status_code == 421

    async def test_a_public_server_lets_everybody_ask_and_nobody_manage(self, seen: Seen, keys: KeyFile) -> None:
        """As with Slack behind a proxy."""
        house = House(seen, keys, public_url="https://kb.example.org")
        assert (await house.asked(host="https://kb.example.org")).status_code == 200
        assert house.access
        assert (house.access.name, house.access.may_manage) == ("anonymous", False)

    async def test_a_public_address_that_is_this_machine_is_not_public(self, seen: Seen, keys: KeyFile) -> None:
        house = House(seen, keys, public_url="http://localhost:9000")
        await house.asked()
        assert house.access
        assert house.access.may_manage

    async def test_an_open_server_lets_everybody_ask_and_nobody_manage(self, seen: Seen, keys: KeyFile) -> None:
        house = House(seen, keys, open=True, host="0.0.0.0")
        assert (await house.asked(host="http://anything.example")).status_code == 200
        assert house.access
        assert (house.access.name, house.access.may_manage) == ("anonymous", False)

    async def test_strangers_do_not_share_their_conversations(self, seen: Seen, keys: KeyFile) -> None:
        """Programs by their addresses, browsers by their cookies; nobody by what anybody could send."""
        house, owners = House(seen, keys, open=True), []
        for address, cookie in (
            ("203.0.113.1", ""),
            ("203.0.113.2", ""),
            ("203.0.113.1", f"footnote_visitor={VISITOR}"),
        ):
            async with house.client(client=address) as client:
                await client.get("/who", headers={"Cookie": cookie} if cookie else {})
            assert house.access
            owners.append(house.access.owner)
        assert len(set(owners)) == 3
        assert owners[2] == f"open:{BROWSER_ID}"
        assert "203.0" not in "".join(owners)

    @pytest.mark.parametrize("secret", ["none", "sk-unused", "fn_short"])
    async def test_what_clients_of_other_interfaces_send_for_a_key_does_no_harm(
        self, house: House, secret: str
    ) -> None:
        """They cannot go without."""
        assert (await house.asked(**bearer(secret))).status_code == 200

    async def test_a_key_that_was_made_counts_at_once(self, house: House, keys: KeyFile) -> None:
        """Nobody restarts the server."""
        assert (await house.asked()).status_code == 200
        keys.add("web", "ask")
        assert (await house.asked()).status_code == 401


class TestKeys:
    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
    async def test_a_key_in_the_header_lets_in(self, house: House, keys: KeyFile, scheme: str) -> None:
        """With the rights that it has, and conversations of its own."""
        key, secret = keys.add("web", "ask", ["hr/*"])
        assert (await house.asked(Authorization=f"{scheme} {secret}")).status_code == 200
        assert house.access == Access(key.id, Scope(("hr/*",)), may_manage=False, name="web")

    async def test_a_key_may_manage_if_it_says_so(self, house: House, keys: KeyFile) -> None:
        _, secret = keys.add("ops", "manage")
        await house.asked(**bearer(secret))
        assert house.access
        assert house.access.may_manage

    async def test_without_a_key_it_is_said_how_to_send_one(self, house: House, keys: KeyFile) -> None:
        keys.add("web", "ask")
        response = await house.asked()
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert "Authorization: Bearer" in detail_of(response)

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "fn_x",
            "Bearer a b",
            "Bearer \xe4",
            "Bearer fn_" + "x" * 43,
            "Bearer " + "y" * 9000,
        ],
    )
    async def test_a_header_without_a_valid_key_is_refused(self, house: House, keys: KeyFile, header: str) -> None:
        """In words that do not say what was wrong with it."""
        keys.add("web", "ask")
        async with house.client() as client:
            response = await client.get("/who", headers=[(b"Authorization", header.encode("latin-1"))])
        assert (response.status_code, response.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
        assert detail_of(response) == "the key is not valid: it is unknown, was revoked or has expired"

    async def test_two_headers_are_none(self, house: House, keys: KeyFile) -> None:
        """What a proxy reads in them may be the other one."""
        _, secret = keys.add("web", "ask")
        async with house.client() as client:
            response = await client.get("/who", headers=[("Authorization", f"Bearer {secret}")] * 2)
        assert response.status_code == 401

    async def test_a_revoked_and_an_expired_key_are_as_one_that_never_was(self, house: House, keys: KeyFile) -> None:
        keys.add("other", "ask")
        _, revoked = keys.add("revoked", "manage")
        _, expired = keys.add("expired", "manage", expires=datetime.now(UTC) - timedelta(seconds=1))
        assert (await house.asked(**bearer(revoked))).status_code == 200
        keys.revoke("revoked")
        answers = [await house.asked(**bearer(secret)) for secret in (revoked, expired, "fn_" + "x" * 43)]
        assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}

    async def test_the_last_key_taken_away_opens_nothing(self, house: House, keys: KeyFile) -> None:
        _, secret = keys.add("web", "ask")
        keys.revoke("web")
        assert (await house.asked()).status_code == 401
        assert (await house.asked(**bearer(secret))).status_code == 401

    async def test_open_to_all_a_key_still_gives_its_rights(self, seen: Seen, keys: KeyFile) -> None:
        """And one that is none is told so, though nobody would have needed it."""
        house = House(seen, keys, open=True)
        _, secret = keys.add("ops", "manage")
        await house.asked(**bearer(secret))
        assert house.access
        assert (house.access.name, house.access.may_manage) == ("ops", True)
        await house.asked()
        assert house.access
        assert (house.access.name, house.access.may_manage) == ("anonymous", False)
        assert (await house.asked(**bearer("fn_" + "x" * 43))).status_code == 401

    async def test_damaged_keys_let_nobody_in(self, house: House, keys: KeyFile) -> None:
        """Neither with a key nor without; the client does not learn where the file is."""
        _, secret = keys.add("web", "ask")
        keys.path.write_text("{")
        for headers in ({}, bearer(secret)):
            response = await house.asked(**headers)
            assert (response.status_code, "retry-after" in response.headers) == (503, True)
            assert "keys.json" not in detail_of(response)
        async with house.client() as client:
            assert (await client.get("/healthz")).status_code == 200

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/session", "/openapi.json", "/web/style.css"])
    async def test_some_things_are_for_everybody(self, house: House, keys: KeyFile, path: str) -> None:
        keys.add("web", "ask")
        async with house.client() as client:
            assert (await client.get(path)).status_code == 200

    async def test_everything_else_needs_a_key(self, house: House, keys: KeyFile) -> None:
        """Whether there is such an address or not."""
        keys.add("web", "ask")
        async with house.client() as client:
            for request in NEEDING_A_KEY:
                method, path = request.split()
                assert (await client.request(method, HOME + path)).status_code == 401, request

    async def test_a_key_sees_its_documents_alone(self, house: House, keys: KeyFile, seen: Seen) -> None:
        """Whatever asks is asked within them, and what is outside is as what never was."""
        _, secret = keys.add("hr", "ask", ["hr/*"])
        async with house.client() as client:
            client.headers.update(bearer(secret))
            await client.post("/search", json={"query": "pay"})
            outside = await client.get("/documents/board/pay.md")
            missing = await client.get("/documents/hr/none.md")
        assert seen.scopes == [Scope(("hr/*",))] * 3
        assert (outside.status_code, outside.content) == (missing.status_code, missing.content)


class TestBrowsers:
    async def test_a_page_without_access_is_a_page_to_sign_in(self, house: House, keys: KeyFile) -> None:
        """At whatever address; programs get problem details there."""
        keys.add("web", "ask")
        response = await house.asked(**BROWSER)
        assert response.status_code == 401
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<form" in response.text
        assert (await house.asked("POST", **BROWSER)).headers["content-type"] == "application/problem+json"

    async def test_signing_in_and_out(self, house: House, keys: KeyFile) -> None:
        """The key comes back as a cookie that scripts cannot read, and goes."""
        _, secret = keys.add("web", "ask")
        async with house.client() as client:
            response = await client.post("/session", json={"key": secret})
            assert (response.status_code, response.content) == (204, b"")
            traits = response.headers["set-cookie"].lower()
            assert all(trait in traits for trait in ("httponly", "samesite=lax", "path=/;"))
            assert "secure" not in traits
            assert (await client.get("/who")).status_code == 200
            assert (await client.delete("/session")).status_code == 204
            assert (await client.get("/who")).status_code == 401

    @pytest.mark.parametrize(("host", "public_url"), [("https://localhost", None), (HOME, "https://kb.example.org")])
    async def test_over_https_the_key_stays_there(
        self, seen: Seen, keys: KeyFile, host: str, public_url: str | None
    ) -> None:
        _, secret = keys.add("web", "ask")
        async with House(seen, keys, public_url=public_url).client(host) as client:
            response = await client.post("/session", json={"key": secret})
        assert "; Secure" in response.headers["set-cookie"]

    async def test_the_cookie_lasts_no_longer_than_the_key(self, house: House, keys: KeyFile) -> None:
        _, secret = keys.add("web", "ask", expires=datetime.now(UTC) + timedelta(hours=1))
        async with house.client() as client:
            response = await client.post("/session", json={"key": secret})
        assert 3500 < int(response.headers["set-cookie"].partition("Max-Age=")[2].partition(";")[0]) <= 3600

    @pytest.mark.parametrize("secret", ["", "fn_" + "x" * 43, "é"])
    async def test_nobody_signs_in_with_a_wrong_key(self, house: House, keys: KeyFile, secret: str) -> None:
        keys.add("web", "ask")
        async with house.client() as client:
            body, kind = json.dumps({"key": secret}), {"Content-Type": "application/json"}
            response = await client.post("/session", content=body, headers=kind)
        assert response.status_code == 401
        assert "set-cookie" not in response.headers

    async def test_a_form_of_another_site_signs_nobody_in(self, house: House, keys: KeyFile) -> None:
        """A browser sends forms anywhere; what it asks would then be in somebody else's conversations."""
        _, secret = keys.add("web", "ask")
        async with house.client() as client:
            assert (await client.post("/session", data={"key": secret})).status_code == 415
            foreign = {"Origin": "https://evil.example"}
            assert (await client.post("/session", json={"key": secret}, headers=foreign)).status_code == 403

    async def test_a_revoked_key_in_a_cookie_is_refused(self, house: House, keys: KeyFile) -> None:
        _, secret = keys.add("web", "ask")
        keys.add("other", "ask")
        cookie = f"footnote_key={secret}"
        assert (await house.asked(Cookie=cookie)).status_code == 200
        keys.revoke("web")
        assert (await house.asked(Cookie=cookie)).status_code == 401

    async def test_a_browser_has_conversations_of_its_own(self, house: House, keys: KeyFile) -> None:
        """People share keys; the page's conversations are those of one browser."""
        key, secret = keys.add("web", "ask")
        await house.asked(Cookie=f"footnote_key={secret}; footnote_visitor={VISITOR}")
        assert house.access
        assert (house.access.owner, house.access.surface) == (f"{key.id}:{BROWSER_ID}", "web")

    async def test_a_header_counts_more_than_cookies(self, house: House, keys: KeyFile) -> None:
        """Also a wrong one."""
        _, in_cookie = keys.add("cookie", "manage")
        _, in_header = keys.add("header", "ask")
        cookies = f"footnote_key={in_cookie}; footnote_visitor={VISITOR}"
        await house.asked(Cookie=cookies, **bearer(in_header))
        assert house.access
        assert (house.access.name, house.access.surface) == ("header", "http")
        assert (await house.asked(Cookie=cookies, **bearer("fn_x"))).status_code == 401

    async def test_the_session_tells_what_one_may(self, house: House, keys: KeyFile) -> None:
        """Names and order are those that the page relies on."""
        _, secret = keys.add("hr", "manage", ["hr/*"])
        async with house.client() as client:
            stranger = (await client.get("/session")).json()
            known = (await client.get("/session", headers=bearer(secret))).json()
        assert stranger == {
            "name": "anonymous",
            "may_manage": False,
            "signed_in": False,
            "keys_needed": True,
            "documents": [],
            "upload_suffixes": [],
            "max_upload_bytes": 50_000_000,
        }
        assert known == stranger | {"name": "hr", "may_manage": True, "signed_in": True, "documents": ["hr/*"]}

    async def test_without_keys_the_session_says_that_none_is_needed(self, house: House) -> None:
        async with house.client() as client:
            told = (await client.get("/session")).json()
        assert (told["keys_needed"], told["signed_in"], told["may_manage"], told["documents"]) == (
            False,
            False,
            True,
            None,
        )


class TestOrigins:
    FOREIGN = (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HOME},
    )
    OWN = ({}, {"Origin": HOME}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"})

    @pytest.mark.parametrize("with_key", [True, False])
    async def test_a_page_of_another_site_cannot_act(self, house: House, keys: KeyFile, with_key: bool) -> None:
        """Neither in the name of who is signed in, nor of who is on this machine."""
        cookie = {"Cookie": f"footnote_key={keys.add('web', 'manage')[1]}"} if with_key else {}
        for headers in self.FOREIGN:
            for method in ("POST", "DELETE"):
                response = await house.asked(method, **headers, **cookie)
                assert (response.status_code, house.access) == (403, None), headers

    async def test_our_page_and_programs_can(self, house: House) -> None:
        for headers in self.OWN:
            assert (await house.asked("POST", **headers)).status_code == 200, headers

    async def test_a_link_from_elsewhere_leads_here(self, house: House) -> None:
        """Reading changes nothing, and the page of the other site does not get to see it."""
        for headers in self.FOREIGN:
            assert (await house.asked("GET", **headers)).status_code == 200, headers

    async def test_a_key_in_the_header_was_put_there_on_purpose(self, house: House, keys: KeyFile) -> None:
        """No page can make a browser send it without asking us first, and we never agree."""
        _, secret = keys.add("web", "ask")
        for headers in self.FOREIGN:
            assert (await house.asked("POST", **headers, **bearer(secret))).status_code == 200, headers

    async def test_a_password_that_the_browser_adds_by_itself_is_none(self, house: House) -> None:
        """It knows those of proxies in front of us, and sends them for every page."""
        response = await house.asked("POST", Origin="https://evil.example", Authorization="Basic YTpi")
        assert response.status_code == 403

    async def test_behind_a_proxy_our_page_has_the_public_address(self, seen: Seen, keys: KeyFile) -> None:
        house = House(seen, keys, public_url="https://kb.example.org/ask-us")
        assert (await house.asked("POST", Origin="https://kb.example.org")).status_code == 200
        assert (await house.asked("POST", Origin="https://evil.example.org")).status_code == 403


class TestAddresses:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.255.1.2", "::1", "localhost", "LocalHost", "::ffff:127.0.0.1"])
    def test_this_machine(self, host: str) -> None:
        assert is_loopback(host)

    @pytest.mark.parametrize(
        "host", ["", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "1", "::ffff:10.0.0.1", "x"]
    )
    def test_not_this_machine_alone(self, host: str) -> None:
        assert not is_loopback(host)

    @pytest.mark.parametrize(
        ("host", "client"),
        [
            *(("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), ("unknown", "")),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ],
    )
    def test_one_sender_is_one_address_or_one_network(self, host: str, client: str) -> None:
        """Whoever has an IPv6 address has 2**64 of them."""
        assert client_of(Request({"type": "http", "client": (host, 1)})) == client

    @given(st.text())
    def test_any_text_is_an_address_or_none(self, text: str) -> None:
        """Proxies forward what they are sent."""
        client_of(Request({"type": "http", "client": (text, 1)}))
        is_loopback(text)


class TestServing:
    def settings(self, **given: Any) -> Settings:
        return Settings(documents=Path("docs"), **given)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "kb.example.org"])
    def test_others_need_a_key_or_an_open_door(self, keys: KeyFile, host: str) -> None:
        """Also after the last key is gone."""
        for _ in range(2):
            with pytest.raises(KeysMissing, match=r"`footnote keys add NAME`.* --open$"):
                require_admittable(keys, self.settings(host=host))
            require_admittable(keys, self.settings(host=host, open=True))
            keys.add("web", "ask")
            require_admittable(keys, self.settings(host=host))
            keys.revoke("web")

    def test_this_machine_needs_neither(self, keys: KeyFile) -> None:
        require_admittable(keys, self.settings())
        require_admittable(keys, self.settings(public_url="https://kb.example.org"))

    def test_whoever_opens_it_unawares_is_told(self, keys: KeyFile, caplog: pytest.LogCaptureFixture) -> None:
        """A public address is what a proxy has; with a key, or on purpose, nothing has to be said."""
        public = "https://kb.example.org"
        require_admittable(keys, self.settings(public_url=public))
        assert f"anybody who reaches {public} may ask" in caplog.text
        caplog.clear()
        require_admittable(keys, self.settings(public_url="http://localhost:9000"))
        require_admittable(keys, self.settings(public_url=public, open=True))
        keys.add("web", "ask")
        require_admittable(keys, self.settings(public_url=public))
        assert caplog.text == ""

    def test_the_command_says_what_to_do(self, tmp_path: Path) -> None:
        """In one line, before anything is read or listened on."""
        done = run("serve", "--host", "0.0.0.0", "--port", "0", FOOTNOTE_HOME=str(tmp_path / "home"))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("footnote: others could reach 0.0.0.0, and there is no key")
        assert done.stderr.count("\n") == 1

    @pytest.fixture(scope="class")
    def home(self, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
        """Where a server keeps its keys and has its one document."""
        folder = tmp_path_factory.mktemp("served")
        (folder / "docs").mkdir()
        (folder / "docs" / "leave.md").write_text("Leave is 28 days.")
        return {"FOOTNOTE_HOME": str(folder / "home"), "FOOTNOTE_DOCUMENTS": str(folder / "docs")}

    @pytest.fixture(scope="class")
    def server(self, home: dict[str, str]) -> Iterator[Server]:
        with serving(**home) as server:
            yield server

    def test_headers_without_end_are_cut_off(self, server: Server) -> None:
        """They are kept until they have ended, before anybody can ask who sends them."""
        address = httpx.URL(server.url)
        with socket.create_connection((address.host, address.port), timeout=30) as connection:
            with suppress(ConnectionError):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: " + b"x" * 200_000)
            with suppress(ConnectionError):
                assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")

    def test_a_running_server_takes_keys_as_they_come_and_go(self, home: dict[str, str], server: Server) -> None:
        """Made and revoked by other processes."""
        server.wait_until_ready()
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            body = {"query": "leave"}
            assert client.post("/search", json=body).status_code == 200
            secret = run("keys", "add", "web", **home).stdout.strip()
            assert client.post("/search", json=body).status_code == 401
            assert client.post("/search", json=body, headers=bearer(secret)).status_code == 200
            assert run("keys", "revoke", "web", **home).returncode == 0
            assert client.post("/search", json=body, headers=bearer(secret)).status_code == 401

    def test_what_a_key_does_not_open_does_not_exist(self, tmp_path: Path) -> None:
        """Questions, searches, documents, answers of others: nothing tells that there is more."""
        docs, home = tmp_path / "docs", tmp_path / "home"
        texts = {"hr/leave.md": "Leave is 28 days.", "board/merger.md": "The merger with Zorblax is in May."}
        for name, text in texts.items():
            (docs / name).parent.mkdir(parents=True)
            (docs / name).write_text(text)
        keys = KeyFile(home / "keys.json")
        everything, hr = keys.add("all", "manage")[1], keys.add("hr", "manage", ["hr/*"])[1]
        with (
            serving(FOOTNOTE_HOME=str(home), FOOTNOTE_DOCUMENTS=str(docs)) as server,
            httpx.Client(base_url=server.url, trust_env=False, headers=bearer(hr)) as client,
        ):
            server.wait_until_ready()
            question = {"question": "When is the merger with Zorblax?"}
            told = client.post("/ask", json=question, headers=bearer(everything)).json()
            assert told["citations"][0]["document"] == "board/merger.md"
            untold = client.post("/ask", json=question)
            assert untold.status_code == 200
            listed = client.get("/documents").json()
            found = client.post("/search", json={"query": "merger Zorblax May"})
            assert [one["id"] for one in listed["documents"]] == ["hr/leave.md"]
            assert listed["total"] == 1
            for response in (untold, found):
                assert "board" not in response.text
                assert "in May" not in response.text
            pairs = [
                ("GET", "/documents/board/merger.md", "/documents/board/none.md"),
                ("GET", "/documents/board/merger.md?start=0&end=3", "/documents/board/none.md?start=0&end=3"),
                ("GET", "/documents/board/merger.md?start=5&end=3", "/documents/board/none.md?start=5&end=3"),
                ("GET", "/documents/board/merger.md?as=original", "/documents/board/none.md?as=original"),
                ("GET", f"/answers/{told['id']}", "/answers/none"),
                ("GET", f"/conversations/{told['conversation_id']}", "/conversations/none"),
            ]
            for method, outside, missing in pairs:
                answers = [client.request(method, path) for path in (outside, missing)]
                words = [one.text.replace("merger", "none") for one in answers]  # the id may be repeated
                assert [one.status_code for one in answers] == [404, 404], outside
                assert words[0] == words[1]
            deleted = [client.delete(f"/documents/board/{name}.md") for name in ("merger", "none")]
            assert deleted[0].status_code == deleted[1].status_code == 403  # the name alone says so
            assert (docs / "board/merger.md").exists()
