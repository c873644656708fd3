"""What is said of faults and slow statements: where in the code, nothing of people."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli
import pytest
from django.db import connection

from center import slow_queries
from tests.center.test_log import lines  # noqa: F401  (a fixture)

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = ["김하나", "hana@example.com", "010-1234-5678", "K7Q2-9PXM", "a-cookie", "203.0.113.7"]
# A fault in the middle of a request that is full of a person.
FAULTY = """
import os, sys
import django
django.setup()
import logging
import sentry_sdk
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

def book(request, reference):
    name = request.POST["name"]
    logging.error("log line of %s", name)
    raise ValueError(f"Key (email)=({request.POST['email']}) of {name} exists")

urlpatterns = [path("bookings/<reference>/", book)]
with override_settings(ROOT_URLCONF=__name__, SECURE_SSL_REDIRECT=False, MIDDLEWARE=[
    "center.middleware.LogMiddleware"]):
    client = Client(raise_request_exception=False, HTTP_COOKIE="sessionid=a-cookie",
        REMOTE_ADDR="203.0.113.7")
    client.post("/bookings/K7Q2-9PXM/?q=010-1234-5678",
        {"name": "김하나", "email": "hana@example.com"})
sentry_sdk.flush(10)
"""


@pytest.fixture
def sentry():
    """Something that takes reports as Sentry does; the bodies it got."""
    got: list[bytes] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
            got.append(unpack.get(self.headers.get("Content-Encoding"), bytes)(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", got
        server.shutdown()


def test_report_when_a_request_fails_then_it_says_where_and_nothing_of_whom(sentry):
    address, got = sentry
    done = subprocess.run(
        [sys.executable, "-c", FAULTY],
        cwd=ROOT,
        env=os.environ | {"SENTRY_DSN": address, "DJANGO_SETTINGS_MODULE": "center.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    [body] = got
    assert [text for text in PERSONAL if text in body.decode() or text in str(json_of(body))] == []
    report = json_of(body)
    [error] = report["exception"]["values"]
    assert (error["type"], error["value"]) == ("ValueError", "")
    assert error["stacktrace"]["frames"][-1]["function"] == "book"
    assert report["tags"]["request_id"] in done.stderr  # by which our own log is found
    assert report["transaction"].endswith("book")


def json_of(envelope: bytes) -> dict:
    """The report in an envelope: the line after the header of its item."""
    return next(
        found
        for found in map(json.loads, filter(None, envelope.splitlines()))
        if "exception" in found
    )


@pytest.mark.django_db
def test_query_when_slow_then_logged_without_what_was_asked_for(lines, settings):  # noqa: F811
    settings.SLOW_QUERY_MS = 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1, pg_sleep(0.001)")
        cursor.execute("SELECT %s, 'hana@example.com', pg_sleep(0.25)", ["김하나"])
    [line] = [line for line in lines() if line["event"] == "slow_query"]
    assert line["milliseconds"] >= 200
    assert line["statement"] == "SELECT %s, '…', pg_sleep(0.25)"


@pytest.mark.django_db
def test_query_when_slow_in_a_request_then_the_line_has_its_id(client, lines, settings):  # noqa: F811
    settings.SLOW_QUERY_MS = -1  # everything is slow
    client.get("/notices/")
    [started] = [line for line in lines() if line["event"] == "request_started"]
    slow = [line for line in lines() if line["event"] == "slow_query"]
    assert slow
    assert {line["request_id"] for line in slow} == {started["request_id"]}


@pytest.mark.django_db
def test_connection_when_made_again_then_measured_once():
    connection.ensure_connection()
    slow_queries._measure(connection)
    assert connection.execute_wrappers.count(slow_queries.timed) == 1


def test_connection_when_made_while_another_wraps_it_then_that_one_ends_alone():
    made = connection.copy()
    with made.execute_wrapper(lambda execute, *asked: execute(*asked)):
        slow_queries._measure(made)
    assert made.execute_wrappers == [slow_queries.timed]
