"""Papers in a bucket: a real server of the S3 protocol is asked, and may be away or full."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import boto3
import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import SuspiciousOperation
from django.core.management import call_command
from django.urls import reverse
from moto.server import ThreadedMotoServer

from center import clock, exposition, health
from center.backup import manifest
from center.backup import papers as backup
from center.errors import RuleViolation
from merchants.checks import paper_bucket
from merchants.models import DocumentPage
from merchants.papers import store
from merchants.papers.files import StorageAway
from merchants.services import paper_keys
from tests import factories
from tests.merchants.papers import uploads

CONTENT = b"\xff\xd8 the paper of a merchant \n with lines \n"
FULL = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its minimum free drive
threshold.</Message><Resource>/papers</Resource></Error>"""
DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Where the S3 server listens: ``host:port``."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"{host}:{port}"
    moto.stop()


@pytest.fixture(scope="module")
def s3(server):
    return boto3.client(
        "s3",
        endpoint_url=f"http://{server}",
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="se/cret",
    )


@pytest.fixture
def bucket(server, s3, settings) -> str:
    """A new bucket that papers are kept in; its name."""
    name = f"papers-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    keep_at(settings, f"http://key:se%2Fcret@{server}/{name}/house")
    return name


def keep_at(settings, address: str) -> None:
    papers = {
        "BACKEND": "merchants.papers.bucket.PaperBucket",
        "OPTIONS": {"address": address},
    }
    settings.PAPERS_BUCKET_URL = address
    settings.STORAGES = {**settings.STORAGES, "papers": papers}


def keys(s3, bucket: str) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


def raw(s3, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def emptied(s3, bucket: str) -> None:
    for key in keys(s3, bucket):
        s3.delete_object(Bucket=bucket, Key=key)


# As on a disk -------------------------------------------------------------------------------
def test_save_when_in_a_bucket_then_there_encrypted_and_loaded_the_same(s3, bucket):
    stored = store.save(CONTENT)
    assert keys(s3, bucket) == {f"house/{stored.name}"}
    assert b"merchant" not in raw(s3, bucket, f"house/{stored.name}")
    assert store.load(stored.name, key_id=stored.key_id) == CONTENT
    with pytest.raises(ValueError, match="never by address"):
        store.storage().url(stored.name)


def test_save_when_as_large_as_files_get_then_in_one_request(s3, bucket):
    content = bytes(15 * 1024 * 1024)
    stored = store.save(content)
    assert store.load(stored.name, key_id=stored.key_id) == content
    # What was sent in parts would have their number in its tag.
    tag = s3.head_object(Bucket=bucket, Key=f"house/{stored.name}")["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)


def test_load_when_the_file_is_gone_then_lost_and_deleting_again_is_no_error(bucket):
    stored = store.save(CONTENT)
    store.delete(stored.name)
    store.delete(stored.name)
    with pytest.raises(store.PaperLost, match="is not in the storage") as lost:
        store.load(stored.name, key_id=stored.key_id)
    assert not isinstance(lost.value, store.PaperAway)


def test_load_when_changed_in_the_bucket_then_never_garbage(s3, bucket):
    stored = store.save(CONTENT)
    s3.put_object(Bucket=bucket, Key=f"house/{stored.name}", Body=b"something else")
    with pytest.raises(store.PaperUnreadable, match="changed or damaged"):
        store.load(stored.name, key_id=stored.key_id)


def test_load_when_the_name_leads_out_then_refused(bucket):
    with pytest.raises(SuspiciousOperation):
        store.load("../other-house/paper", key_id=store.current_key_id())


def test_names_when_asked_then_those_of_our_folder_written_before(s3, bucket):
    stored = store.save(CONTENT)
    s3.put_object(Bucket=bucket, Key="another/house", Body=b"not ours")
    minute = dt.timedelta(minutes=1)
    assert list(store.names(before=clock.now() + minute)) == [stored.name]
    assert list(store.names(before=clock.now() - minute)) == []


@pytest.mark.django_db
def test_rotate_and_sweep_when_in_a_bucket_then_all_under_the_new_key_and_orphans_gone(
    s3, bucket, settings, django_capture_on_commit_callbacks, monkeypatch, capsys
):
    factories.paper(None, b"first page", b"second page")
    store.save(b"nobody's")
    settings.PAPERS_KEYS = [Fernet.generate_key().decode(), *settings.PAPERS_KEYS]
    monkeypatch.setattr(paper_keys, "_SETTLED", dt.timedelta(minutes=-1))  # all are old enough
    with django_capture_on_commit_callbacks(execute=True):
        call_command("rotate_paper_keys")
    del settings.PAPERS_KEYS[1]
    assert paper_keys.sweep_orphans() == 1
    pages = DocumentPage.objects.order_by("position")
    assert [store.load(p.stored_name, key_id=p.key_id) for p in pages] == [
        b"first page",
        b"second page",
    ]
    assert keys(s3, bucket) == {f"house/{page.stored_name}" for page in pages}
    assert "2 papers encrypted anew." in capsys.readouterr().out


def test_backup_when_papers_are_in_a_bucket_then_back_in_an_empty_one(s3, bucket, tmp_path):
    stored = [store.save(CONTENT), store.save(b"of another merchant")]
    rows = [backup.Stored(file.name, file.key_id, "row") for file in stored]
    lost = backup.Stored("ab/destroyed-meanwhile", stored[0].key_id, "row")
    assert backup.copy([*rows, lost], tmp_path / manifest.PAPERS) == [lost]
    assert backup.check_keys(backup.samples(rows), tmp_path / manifest.PAPERS) == 2
    sums = [f"{'0' * 64}  {manifest.PAPERS}/{file.name}\n" for file in stored]
    (tmp_path / manifest.SUMS).write_text("".join(sums))

    before = {key: raw(s3, bucket, key) for key in keys(s3, bucket)}
    store.delete(stored[0].name)
    s3.put_object(Bucket=bucket, Key=f"house/{stored[1].name}", Body=b"damaged")
    assert backup.put_back(tmp_path) == 2
    assert {key: raw(s3, bucket, key) for key in keys(s3, bucket)} == before
    assert backup.put_back(tmp_path) == 0


# Faults -------------------------------------------------------------------------------------
@contextlib.contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """Something that gives every request this answer; where it listens."""

    class Storage(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body.encode())

        do_PUT = do_GET = do_HEAD = do_DELETE = _answer

        def log_message(self, *arguments) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Storage) as found:
        Thread(target=found.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{found.server_port}"
        found.shutdown()


@pytest.fixture
def without_a_bucket(server, settings) -> None:
    keep_at(settings, f"http://key:secret@{server}/not-there")


@pytest.fixture
def without_a_server(settings) -> None:
    keep_at(settings, "http://key:secret@127.0.0.1:1/papers")


@pytest.fixture
def without_access(settings) -> Iterator[None]:
    with answering(403, DENIED) as storage:
        keep_at(settings, f"http://key:secret@{storage}/papers")
        yield


@pytest.fixture
def without_room(settings) -> Iterator[None]:
    with answering(507, FULL) as storage:
        keep_at(settings, f"http://key:secret@{storage}/papers")
        yield


@pytest.mark.parametrize("fault", ["without_a_bucket", "without_a_server", "without_access"])
def test_storage_when_away_then_a_sentence_for_who_sends_and_no_paper_called_lost(fault, request):
    request.getfixturevalue(fault)
    with pytest.raises(RuleViolation) as refused:
        store.save(CONTENT)
    assert refused.value.codes == ("paper_kept_nowhere",)
    assert "한 시간 뒤에" in refused.value.violations[0].sentence
    with pytest.raises(store.PaperAway, match="could not be asked for"):
        store.load("ab/some-paper", key_id=store.current_key_id())
    with pytest.raises(StorageAway):
        list(store.names(before=clock.now()))
    assert health.is_well(store.health())
    assert "away" in store.health()


def test_storage_when_there_then_healthy_and_no_disk_is_measured(bucket):
    assert store.health() == "ok"
    assert exposition._disk() == []


def test_save_when_the_bucket_is_full_then_refused_as_on_a_full_disk(without_room):
    with pytest.raises(RuleViolation) as refused:
        store.save(CONTENT)
    assert refused.value.codes == ("paper_no_room",)


@pytest.mark.django_db
def test_upload_when_the_bucket_is_away_then_said_on_the_page_and_nothing_half_kept(
    owner_client, without_a_server
):
    address = reverse("paper_upload", args=["small_merchant"])
    response = owner_client.post(
        address, {"small_merchant-uploads": [uploads.upload(uploads.jpeg())]}
    )
    assert response.status_code == 400
    assert "지금은 파일을 보관할 수 없어" in response.content.decode()
    assert DocumentPage.objects.count() == 0


# Starting -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "errors"),
    [
        ("", []),
        ("https://key:se%2Fcret@storage.example.com/papers", []),
        ("https://key:secret@storage.example.com/papers/house?region=kr-standard", []),
        ("http://key:secret@127.0.0.1:9000/papers", []),
        ("http://key:secret@storage.example.com/papers", ["merchants.E_PAPERS_BUCKET_URL"]),
        ("https://storage.example.com/papers", ["merchants.E_PAPERS_BUCKET_URL"]),
        ("https://key:secret@storage.example.com/", ["merchants.E_PAPERS_BUCKET_URL"]),
        ("papers", ["merchants.E_PAPERS_BUCKET_URL"]),
    ],
)
def test_check_when_the_address_names_no_bucket_then_an_error(settings, address, errors):
    settings.PAPERS_BUCKET_URL = address
    assert [error.id for error in paper_bucket(None)] == errors
