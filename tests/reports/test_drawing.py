"""Charts are drawn by a process of its own, so that no web server stands still meanwhile."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import cache

from center import heavy
from center.heavy import TooMuchAtOnceError
from center.reports import charts, drawing
from center.reports.drawing import Drawer, DrawingError
from center.reports.files import FORMATS, written
from tests.reports.test_files import made

BARS = [{"name": "1인 스튜디오", "amount": 3.0, "text": "3"}]
TASK = {"bars": BARS, "axis": "이용 (건)", "colour": charts.COLOUR}
#: answers what it was asked, and where told to it interrupts the asker before
ECHO = """
import json, os, signal, sys, time
for line in sys.stdin:
    if "interrupt" in line:
        os.kill(os.getppid(), signal.SIGUSR1)
        time.sleep(0.2)
    print(json.dumps(line), flush=True)
"""


@pytest.fixture(scope="module")
def drawer():
    """One for all tests here: starting its process is what takes time."""
    one = drawing.drawer()
    yield one
    one._end()


def test_ask_when_drawn_then_by_a_process_that_knows_no_secret(drawer, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "nobody's")
    assert "1인 스튜디오" in drawer.ask(**TASK)
    environment = Path(f"/proc/{drawer._process.pid}/environ").read_bytes()
    assert b"SECRET" not in environment


def test_ask_when_the_process_has_gone_then_another_one_draws(drawer):
    first = drawer.ask(**TASK)
    os.kill(drawer._process.pid, signal.SIGKILL)
    assert drawer.ask(**TASK) == first


def test_ask_when_it_ends_at_each_try_then_an_error_and_no_third_try(drawer, monkeypatch):
    monkeypatch.setattr(drawing, "_COMMAND", [sys.executable, "-c", "", "--"])
    broken = Drawer()
    with pytest.raises(DrawingError):
        broken.ask(**TASK)
    assert broken._process is None


@pytest.mark.parametrize("bars", [BARS, BARS * 5000], ids=["not answered", "not even read"])
def test_ask_when_it_takes_too_long_then_an_error_and_its_process_is_ended(monkeypatch, bars):
    monkeypatch.setattr(drawing, "_COMMAND", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(drawing, "PATIENCE", 0.5)
    hanging, began = Drawer(), time.monotonic()
    with pytest.raises(DrawingError):
        hanging.ask(**TASK | {"bars": bars})
    assert hanging._process is None
    assert time.monotonic() - began < 30


def test_ask_when_it_takes_long_then_a_file_waits_for_it_and_a_page_does_not(monkeypatch):
    slow = ECHO.replace("for line", "time.sleep(1)\nfor line")
    monkeypatch.setattr(drawing, "_COMMAND", [sys.executable, "-c", slow])
    monkeypatch.setattr(drawing, "SOON", 0.5)
    starting = Drawer()
    with pytest.raises(DrawingError):
        starting.ask_soon(says="page")
    with starting._turn, pytest.raises(TooMuchAtOnceError):
        starting.ask_soon(says="page")
    assert "file" in starting.ask(says="file")
    starting._end()


class Interrupted(Exception):
    """By a signal, as a worker is when its task takes too long."""


def _interrupt(*_signal_and_frame):
    raise Interrupted


def test_ask_when_interrupted_before_the_answer_then_the_next_one_gets_its_own(monkeypatch):
    monkeypatch.setattr(drawing, "_COMMAND", [sys.executable, "-c", ECHO])
    echo, before = Drawer(), signal.signal(signal.SIGUSR1, _interrupt)
    try:
        with pytest.raises(Interrupted):
            echo.ask(says="interrupt")
        assert "second" in echo.ask(says="second")
    finally:
        signal.signal(signal.SIGUSR1, before)
        echo._end()


def test_ask_when_the_process_has_many_files_open_then_drawn_all_the_same(monkeypatch):
    """``select`` takes no descriptor above 1023."""
    monkeypatch.setattr(drawing, "_COMMAND", [sys.executable, "-c", ECHO])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    echo, held = Drawer(), [os.open(os.devnull, os.O_RDONLY) for _ in range(1024)]
    try:
        assert "first" in echo.ask(says="first")
    finally:
        echo._end()
        for each in held:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_picture_when_a_page_asks_for_two_at_once_then_both_come_and_a_thread_is_left(drawer):
    """Two pictures and a file being made are three of four threads: the next is refused at once,
    and holds none."""
    cache.clear()
    tables = made().sections[:2]
    with ThreadPoolExecutor(2) as pool:
        with drawer._turn:
            asked = [pool.submit(charts.picture, section) for section in tables]
            deadline = time.monotonic() + 30
            while heavy._pictures._value:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            with pytest.raises(TooMuchAtOnceError):
                charts.picture(made().sections[0])
            with heavy.heavy_work(), pytest.raises(TooMuchAtOnceError), heavy.heavy_work():
                pytest.fail("no thread was left")
        drawn = [each.result(90) for each in asked]
    assert drawn == [charts.picture(section) for section in tables]
    assert all(each.startswith("<svg") for each in drawn)
    with heavy.picture_work(), heavy.picture_work():  # the places are free again
        pass


def test_picture_when_two_files_are_made_then_one_is_drawn_and_the_next_refused(drawer):
    cache.clear()
    with heavy.heavy_work(), heavy.heavy_work():
        assert charts.picture(made().sections[0]).startswith("<svg")
        with heavy.picture_work(), pytest.raises(TooMuchAtOnceError):
            charts.picture(made().sections[1])


def test_files_when_written_together_then_what_draws_has_ended_before_the_first(drawer):
    charts.svg.cache_clear()
    charts.png.cache_clear()
    drawer.ask(**TASK)
    for each, data in written(made(), FORMATS.values()):
        assert drawer._process is None, each.extension
        assert data
    assert charts.png.cache_info().misses == sum(map(charts.has_chart, made().sections)) > 0


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # its child runs one line
def test_forked_process_when_it_draws_then_by_one_of_its_own():
    before = drawing.drawer()
    child = os.fork()
    if not child:
        os._exit(drawing.drawer() is before)  # nothing of the tests may go on in it
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert drawing.drawer() is before
