"""What is read of an answer that no client library would take."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager

from tests.fuzz import wire
from tests.fuzz.cases import Case
from tests.fuzz.wire import Answer

_CASE = Case(1, "anonymous", "", b"POST / HTTP/1.1\r\nHost: a", b"x" * 4_000_000)


@contextmanager
def server(says, *, reads=0):
    """Answers one connection, having read so many bytes, and closes it with the rest unread."""

    def answer():
        connection, _who = listener.accept()
        with connection:
            if reads:
                connection.recv(reads)
            connection.sendall(says)
            if not says:
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def ask(port: int) -> Answer:
    return wire.send(port, _CASE, {})


def test_send_when_refused_before_all_was_read_then_the_answer_is_read():
    with server(b"HTTP/1.1 413 Too Large\r\n\r\nno", reads=100) as port:
        assert ask(port).status == 413


def test_send_when_told_to_go_on_then_the_answer_behind_it_counts():
    said = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n"
    with server(said, reads=100) as port:
        assert ask(port).status == 404


def test_send_when_closed_without_a_word_then_no_status_and_no_hang():
    with server(b"", reads=100) as port:
        answer = ask(port)
    assert (answer.status, answer.is_hung) == (0, False)
