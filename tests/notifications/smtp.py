"""A mail server on this machine: takes mail, remembers it, refuses whom it is told to."""

from __future__ import annotations

import email
import email.policy
import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

_SENDER = re.compile(rb"MAIL FROM:<([^>]*)>", re.IGNORECASE)
_RECIPIENT = re.compile(rb"RCPT TO:<([^>]*)>", re.IGNORECASE)


@dataclass
class Post:
    """What arrived, and how the server answers."""

    port: int = 0
    #: how long it looks at a mail before it takes it
    thinking_seconds: float = 0
    mails: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    #: address → the answer to MAIL or RCPT, as ``550 5.1.1 unknown``
    refused: dict[str, str] = field(default_factory=dict)
    #: the answer to a whole mail, instead of 250
    answer_to_data: str = "250 2.0.0 taken"
    #: take this mail and hang up without an answer: the sender cannot know
    hang_up_after_data: bool = False
    #: do so with each of so many mails, if not 0
    hang_up_each: int = 0
    #: the numbers of mails taken without an answer
    unanswered: list[str] = field(default_factory=list)

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


class _Session(socketserver.StreamRequestHandler):
    post: Post

    def handle(self) -> None:
        self.post.connections += 1
        self._say("220 here")
        while line := self.rfile.readline():
            if not self._obey(line):
                return

    def _obey(self, line: bytes) -> bool:
        verb = line[:4].upper()
        if verb == b"MAIL":
            sender = _SENDER.match(line)[1].decode()
            self._say(self.post.refused.get(sender, "250 ok"))
        elif verb == b"RCPT":
            address = _RECIPIENT.match(line)[1].decode()
            self._say(self.post.refused.get(address, "250 ok"))
        elif verb == b"DATA":
            return self._take()
        elif verb == b"QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not line:
            return False  # the sender died: nothing was handed over
        time.sleep(self.post.thinking_seconds)
        if self.post.answer_to_data.startswith("2"):
            mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            self.post.mails.append(mail)
            each = self.post.hang_up_each
            if each and len(self.post.mails) % each == 0:
                self.post.unanswered.append(str(mail["Message-ID"]))
                return False
        if self.post.hang_up_after_data:
            return False
        self._say(self.post.answer_to_data)
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that is killed in the middle is no fault of the server's."""


@contextmanager
def post_office(*, thinking_seconds: float = 0, hang_up_each: int = 0) -> Iterator[Post]:
    """A running server on a free port."""
    post = Post(thinking_seconds=thinking_seconds, hang_up_each=hang_up_each)
    with _Server(("127.0.0.1", 0), type("Session", (_Session,), {"post": post})) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
