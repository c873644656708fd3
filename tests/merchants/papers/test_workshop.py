"""The process in which strangers' files are opened: bounded, bare, and never the end of ours."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zlib

import pytest
from django.conf import settings
from pikepdf import Name, Stream
from PIL import Image

from center import heavy
from merchants.papers import previews, workshop
from merchants.papers.limits import JPEG, PNG, Refused
from tests.merchants.papers import uploads

#: megabytes the process may have resident at the most; what LIMITS in __main__ promises
MOST = 512
FORTY_MILLION_PIXELS = (8000, 5000)


def memory_of(content: bytes, job: str, **arguments: str) -> tuple[dict, int]:
    """The facts of one job, and the megabytes its process had resident at the most."""
    program = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.PIPE)\n"
        "most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024\n"
        "print(done.stdout.partition(b'\\n')[0].decode(), most, sep='\\n')\n"
    )
    command = [*workshop._COMMAND, job, json.dumps(arguments)]
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        input=content,
        capture_output=True,
        cwd=settings.BASE_DIR,
        env=workshop._ENVIRONMENT,
        check=True,
    )
    facts, most = done.stdout.decode().splitlines()
    return json.loads(facts), int(most)


def test_memory_when_a_file_claims_too_many_pixels_then_nothing_is_decoded():
    for content, content_type in (
        (uploads.fifty_million_pixels(), JPEG),
        (uploads.png_bomb(), PNG),
    ):
        facts, most = memory_of(content, "image", content_type=content_type)
        assert facts == {"refused": "paper_too_many_pixels"}
        assert most < 64


def test_memory_when_a_usual_photo_then_small():
    facts, most = memory_of(uploads.photo(), "image", content_type=JPEG)
    assert facts == {"content_type": JPEG, "pages": 1}
    assert most < 192


@pytest.mark.parametrize(
    ("form", "content_type", "mode"),
    [("PNG", PNG, "RGBA"), ("WEBP", "image/webp", "RGBA"), ("JPEG", JPEG, "RGB")],
)
def test_memory_when_the_largest_picture_then_bounded(form, content_type, mode):
    content = uploads.encoded(Image.new(mode, FORTY_MILLION_PIXELS), form)
    facts, most = memory_of(content, "image", content_type=content_type)
    assert facts.get("refused", "paper_too_heavy") == "paper_too_heavy"
    assert most < MOST


def test_memory_when_a_pdf_unpacks_to_more_than_its_memory_then_bounded():
    def change(pdf):
        packer = zlib.compressobj(1)
        packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(600)) + packer.flush()
        pdf.pages[0].Contents = Stream(pdf, packed, Filter=Name.FlateDecode)

    facts, most = memory_of(uploads.pdf(change=change, compress_streams=False), "pdf")
    assert facts == {"refused": "paper_broken"}
    assert most < MOST


def test_process_when_it_looks_around_then_finds_no_secret_and_writes_no_file(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SECRET_KEY", "must not be passed on")
    target = tmp_path / "written"
    program = (
        "import os, sys; from merchants.papers.__main__ import confine; confine();"
        "print(sorted(os.environ)); sys.stdout.flush();"
        f"import pathlib; pathlib.Path({str(target)!r}).write_bytes(b'x')"
    )
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-c", program],
        cwd=settings.BASE_DIR,
        env=workshop._ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    assert set(json.loads(done.stdout.replace(b"'", b'"'))) - {"LC_CTYPE"} == {
        "LANG",
        "MALLOC_ARENA_MAX",
    }
    assert done.returncode != 0
    assert target.read_bytes() == b""


def test_work_when_the_process_hangs_then_ended_and_the_bench_is_free(monkeypatch):
    monkeypatch.setattr(workshop, "_PATIENCE", 1)
    monkeypatch.setattr(workshop, "_COMMAND", [sys.executable, "-c", "import time; time.sleep(60)"])
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(Refused, match="paper_too_heavy"):
            workshop.work("image", b"")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("ending", "code"),
    [("os.kill(os.getpid(), 9)", "paper_too_heavy"), ("sys.exit('confused')", "paper_broken")],
)
def test_work_when_the_process_dies_then_refused(monkeypatch, ending, code):
    monkeypatch.setattr(workshop, "_COMMAND", [sys.executable, "-c", f"import os, sys; {ending}"])
    with pytest.raises(Refused, match=code):
        workshop.work("image", b"")


def test_work_when_the_bench_stays_taken_then_told_to_come_again(monkeypatch):
    monkeypatch.setattr(workshop, "_PATIENCE", 0.1)
    with workshop._bench, pytest.raises(Refused, match="paper_busy"):
        workshop.work("image", b"")


def test_file_when_one_works_and_one_waits_then_the_next_is_refused_at_once():
    with workshop._door, workshop._door:
        started = time.monotonic()
        with pytest.raises(Refused, match="paper_busy"):
            workshop.take_in("image", b"")
        assert time.monotonic() - started < 1


def test_picture_when_one_is_drawn_and_one_waits_then_the_next_is_refused_at_once():
    with workshop._window, workshop._window:
        started = time.monotonic()
        with pytest.raises(previews.NotNow):
            previews.draw(b"", "image/png")
        assert time.monotonic() - started < 1


def test_file_and_pictures_when_officials_count_too_then_a_thread_is_left_for_pages():
    with heavy.heavy_work(), heavy.heavy_work(), heavy.one_of(workshop._window):
        with pytest.raises(Refused, match="paper_busy"):
            workshop.take_in("image", b"")
        with pytest.raises(previews.NotNow):
            previews.draw(b"", "image/png")
    door, refused = workshop._door, pytest.raises(heavy.TooMuchAtOnceError)
    with heavy.one_of(door), heavy.one_of(door), heavy.heavy_work(), refused, heavy.heavy_work():
        pytest.fail("no thread was left")
    with heavy.heavy_work(), heavy.heavy_work(), heavy.paper_work():
        pass  # what was refused holds no place


def test_file_when_refused_for_itself_then_the_door_is_free_again(monkeypatch):
    monkeypatch.setattr(workshop, "_COMMAND", [sys.executable, "-c", "import sys; sys.exit(1)"])
    for _more_than_the_door_holds in range(3):
        with pytest.raises(Refused, match="paper_broken"):
            workshop.take_in("image", b"")
