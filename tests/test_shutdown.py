"""The end of a server in the middle of its work: everybody is told, everything is sent, and it does not take long."""

import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.fake_llm import FakeLLM, Reply, Stall
from tests.footnote_process import Server, serving, until
from tests.otlp_receiver import attributes, otlp_receiver

STREAMS = 20
PATIENCE_S = 30
BODY = b'{"question": "Who commands the mission?"}'
REQUEST = (
    b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


def stream(server: Server) -> socket.socket:
    """An answer over a bare connection, begun."""
    where = urlsplit(server.url)
    connection = socket.create_connection((where.hostname, where.port or 0), timeout=PATIENCE_S)
    connection.sendall(REQUEST)
    told = b""
    while b"event: status" not in told:
        piece = connection.recv(65536)
        assert piece, told
        told += piece
    return connection


def half_an_upload(server: Server, id: str) -> socket.socket:
    """Of 100,000 bytes, that much over a bare connection."""
    where = urlsplit(server.url)
    connection = socket.create_connection((where.hostname, where.port or 0), timeout=PATIENCE_S)
    head = f"PUT /documents/{id} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"
    connection.sendall(head.encode() + b"Nadia Brekke commands the mission. " * 1_400)
    return connection


def rest(connection: socket.socket) -> bytes:
    """All that comes until the server ends it."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_with_streams_open_it_ends_in_seconds_and_sends_its_traces(empty_folder: Path) -> None:
    """Exit status 0; each stream is ended in order, and each question that was given up is a span."""
    (empty_folder / "seeds").mkdir()
    (empty_folder / "seeds" / "mission.md").write_text("Godfrey Otunge commands the mission.")
    with (
        FakeLLM(Reply.of(stall := Stall())) as model,
        otlp_receiver() as receiver,
        serving(
            FOOTNOTE_LLM_BASE_URL=model.base_url,
            FOOTNOTE_LLM_MODEL="scripted",
            FOOTNOTE_LLM_CONCURRENCY=str(STREAMS),
            FOOTNOTE_LLM_DEADLINE="120",
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint,
        ) as server,
        ExitStack() as connections,
    ):
        server.wait_until_ready()
        streams = [connections.enter_context(stream(server)) for _ in range(STREAMS)]
        model.wait_for(STREAMS)
        begun = time.monotonic()
        assert server.stop(signal.SIGTERM) == 0
        took = time.monotonic() - begun
        ends = [rest(connection) for connection in streams]
        stall.release()
    assert took < 5
    assert all(b"the server is being stopped" in end and end.endswith(b"0\r\n\r\n") for end in ends)
    told = [attributes(one)["footnote.outcome"] for one in receiver.spans if one.name == "footnote.answer"]
    assert told == ["left"] * STREAMS


def test_an_upload_that_is_cut_off_leaves_what_was_there(empty_folder: Path) -> None:
    """Who uploads is told to try again; nothing half-written stays behind, under whatever name."""
    folder = empty_folder / "seeds"
    folder.mkdir()
    (folder / "mission.md").write_text("Godfrey Otunge commands the mission.")
    with serving() as server:
        server.wait_until_ready()
        with half_an_upload(server, "mission.md") as connection:
            until(lambda: any(path.stat().st_size > 40_000 for path in folder.iterdir()))
            begun = time.monotonic()
            assert server.stop(signal.SIGTERM) == 0
            took = time.monotonic() - begun
            told = rest(connection)
    assert took < 5
    assert told.startswith(b"HTTP/1.1 503 ")
    assert b"the server is being stopped" in told
    assert [path.name for path in folder.iterdir()] == ["mission.md"]
    assert (folder / "mission.md").read_text() == "Godfrey Otunge commands the mission."
