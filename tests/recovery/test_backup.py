"""A backup brings everything back, and one that is not whole brings back nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from bookings.models import Booking
from bookings.services import reserve
from center.backup import database as databases
from center.backup import making, manifest, papers, restoring
from center.backup.errors import BackupError
from center.models import User
from merchants.models import DocumentPage
from merchants.papers import store
from tests import factories
from tests.conftest import NOW, kst
from tests.recovery.conftest import on_the_server, papers_in, without_role

CONTENTS = [b"first page", b"second page", b"third page"]
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@dataclass(frozen=True)
class Saved:
    """A backup, the database and the papers it was made from, and what was in them."""

    folder: Path
    name: str
    papers: Path
    rows: dict[str, str]
    made: making.Made


def everything() -> dict[str, str]:
    """A digest of the rows of each table, whatever their order."""
    found = {}
    with databases.opened() as current:
        for table in current.tables():
            statement = (
                f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
            )
            found[table] = current.rows(statement)[0][0]
    return found


@pytest.fixture(scope="module")
def saved(database, inside, tmp_path_factory) -> Saved:
    """A house with people, a booking and papers under two keys, saved."""
    root = tmp_path_factory.mktemp("saved")
    name, lie_in = database(), root / "papers"
    with (
        inside(name),
        override_settings(VAR_DIR=root),
        time_machine.travel(NOW, tick=False),
    ):
        factories.open_house()
        studio, owner = factories.studio(), factories.user(name="김하나")
        business = factories.merchant(owner=owner)
        held = reserve.hold(
            user=owner, merchant=business, resource=studio, starts=kst(27, 10), ends=kst(27, 12)
        )
        reserve.confirm(booking=held, purpose="촬영", headcount=1)
        with papers_in(lie_in, [OLD]):
            factories.paper(business, CONTENTS[0])
        with papers_in(lie_in, [NEW, OLD]):
            factories.paper(business, *CONTENTS[1:])
            made = making.make(root / "backup")
        rows = everything()
    return Saved(root / "backup", name, lie_in, rows, made)


@pytest.fixture
def copy(saved, tmp_path) -> Path:
    """The backup, to be tampered with."""
    return Path(shutil.copytree(saved.folder, tmp_path / "copy"))


def read_back() -> list[bytes]:
    pages = DocumentPage.objects.order_by("pk")
    return [store.load(page.stored_name, key_id=page.key_id) for page in pages]


def test_backup_when_made_then_its_manifest_counts_and_sums_every_file(saved):
    found = saved.made.manifest
    with open(saved.folder / "manifest.json") as file:
        assert json.load(file)["rows"] == found.rows
    assert found.rows["merchants_documentpage"] == 3
    assert found.rows["center_user"] == 1
    assert found.keys == {store.fingerprint(OLD): 1, store.fingerprint(NEW): 2}
    assert saved.made.opened == 3
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=saved.folder)
    assert done.returncode == 0
    listed = {name for _sum, name in manifest.sums(saved.folder)}
    there = {str(p.relative_to(saved.folder)) for p in saved.folder.rglob("*") if p.is_file()}
    assert there == listed | {"SHA256SUMS", "manifest.json"}


def test_backup_when_made_then_papers_stay_encrypted_and_no_key_is_in_it(saved):
    whole = b"".join(p.read_bytes() for p in saved.folder.rglob("*") if p.is_file())
    assert not [text for text in (*CONTENTS, OLD.encode(), NEW.encode()) if text in whole]
    assert {p.stat().st_mode & 0o077 for p in saved.folder.rglob("*") if p.is_file()} == {0}


@pytest.fixture
def emptied(database, inside, tmp_path) -> Iterator[None]:
    """What is left after a disaster: an empty database, owned by a role that is no superuser,
    as in docker-compose.yml, and no papers."""
    name, role = database(template="template1"), "recovery_owner"
    on_the_server(f"CREATE ROLE {role} LOGIN PASSWORD 'only-for-tests'")
    on_the_server(f"ALTER DATABASE {name} OWNER TO {role}")
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    try:
        with inside(name), papers_in(tmp_path / "papers", [NEW, OLD]):
            connection.settings_dict.update(USER=role, PASSWORD="only-for-tests")
            yield
    finally:
        connection.settings_dict.update(before)
        without_role(role, name)


def test_restore_when_all_was_lost_then_rows_and_papers_are_the_same(
    saved, emptied, tmp_path, capsys
):
    call_command("restore", saved.folder)
    said = capsys.readouterr().out
    assert "3 papers tried open" in said
    assert f"{sum(saved.made.manifest.rows.values())} rows of {len(saved.rows)} tables" in said
    assert everything() == saved.rows
    assert read_back() == CONTENTS
    assert (User.objects.get().name, Booking.objects.get().state) == ("김하나", "confirmed")
    stored = {p.relative_to(tmp_path / "papers"): p.read_bytes() for p in files_in(tmp_path)}
    assert stored == {p.relative_to(saved.papers): p.read_bytes() for p in files_in(saved.papers)}

    # Sequences and triggers came back too; and what has grown since goes only when told.
    factories.user()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Booking.objects.get().events.all().delete()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", saved.folder)
    assert User.objects.count() == 2
    call_command("restore", saved.folder, "--replace")
    assert f"{len(saved.rows)} tables that were there are gone" in capsys.readouterr().out
    assert everything() == saved.rows


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*/*") if path.is_file()]


def _cut_off(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _cut_off_within_the_manifest(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text[: len(text) // 2])


def _shortened(folder: Path) -> None:
    dump = (folder / "database.dump").read_bytes()
    (folder / "database.dump").write_bytes(dump[:-1])


def _a_paper_is_missing(folder: Path) -> None:
    next((folder / "papers").rglob("*/*")).unlink()


def _a_paper_was_exchanged(folder: Path) -> None:
    first, second, *_ = sorted((folder / "papers").rglob("*/*"))
    first.write_bytes(second.read_bytes())


def _the_sums_were_made_to_fit(folder: Path) -> None:
    _shortened(folder)
    listed = (folder / "SHA256SUMS").read_text().splitlines()[1:]
    sum_of_dump = manifest.digest(folder / "database.dump")
    (folder / "SHA256SUMS").write_text("\n".join([f"{sum_of_dump}  database.dump", *listed]) + "\n")


def _made_by_a_newer_portal(folder: Path) -> None:
    said = json.loads((folder / "manifest.json").read_text())
    said["migrations"]["bookings"] = "9999_of_the_future"
    (folder / "manifest.json").write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (_cut_off, "cut off"),
        (_cut_off_within_the_manifest, "manifest.json in .* is damaged"),
        (_shortened, "database.dump has been changed or damaged"),
        (_a_paper_is_missing, "is missing from the backup"),
        (_a_paper_was_exchanged, "papers/.* has been changed or damaged"),
        (_the_sums_were_made_to_fit, "SHA256SUMS is not the one"),
        (_made_by_a_newer_portal, "does not know bookings 9999_of_the_future"),
    ],
)
def test_restore_when_the_backup_is_not_whole_then_nothing_is_written(
    saved, inside, copy, tmp_path, tamper, says
):
    tamper(copy)
    with inside(saved.name), papers_in(tmp_path / "papers", [NEW, OLD]):
        with pytest.raises(BackupError, match=says):
            restoring.restore(copy, replace=True)
        assert User.objects.get().name == "김하나"
    assert not (tmp_path / "papers").exists()


def test_restore_when_a_key_is_missing_then_refused_unless_told(saved, inside, tmp_path):
    with inside(saved.name), papers_in(tmp_path / "papers", [NEW]):
        with pytest.raises(BackupError, match=f"not hold the keys {store.fingerprint(OLD)}"):
            restoring.restore(saved.folder, replace=True)
        assert User.objects.get().name == "김하나"


def test_restore_when_the_database_breaks_off_then_what_was_there_stays(
    saved, inside, copy, tmp_path
):
    """The last step is one transaction: here the dump ends in the middle of it."""
    dump = copy / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    with inside(saved.name), databases.opened() as current:
        with pytest.raises(BackupError, match="pg_restore"):
            restoring._load(current, dump)
        assert User.objects.get().name == "김하나"


def test_backup_when_the_folder_is_not_empty_then_refused(saved):
    with pytest.raises(BackupError, match="not empty"):
        making.make(saved.folder)


def test_backup_when_a_key_is_missing_then_made_and_said(saved, inside, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    complaint = pytest.raises(CommandError, match=f"whole, but .*{store.fingerprint(OLD)}")
    with inside(saved.name), papers_in(saved.papers, [NEW]), complaint:
        call_command("backup", tmp_path / "backup")
    assert manifest.verify(tmp_path / "backup").rows == saved.made.manifest.rows


def test_backup_when_a_paper_is_lost_then_whole_without_it_and_said(
    saved, inside, tmp_path, settings
):
    """One lost file must not be the end of all backups."""
    settings.VAR_DIR = tmp_path
    lie_in = Path(shutil.copytree(saved.papers, tmp_path / "papers"))
    lost = next(lie_in.rglob("*/*"))
    lost.unlink()
    complaint = pytest.raises(CommandError, match=f"whole, but the storage lacks 1 .*{lost.name}")
    with inside(saved.name), papers_in(lie_in, [NEW, OLD]), complaint:
        call_command("backup", tmp_path / "backup")
    found = manifest.verify(tmp_path / "backup")
    assert (found.lost, found.gone) == ([f"{lost.parent.name}/{lost.name}"], [])
    assert sum(found.keys.values()) == 2
    assert making.last_made() is not None


def test_backup_when_its_time_cannot_be_noted_then_whole_and_said(
    saved, inside, tmp_path, settings
):
    settings.VAR_DIR = tmp_path / "a file"
    settings.VAR_DIR.write_text("no folder")
    complaint = pytest.raises(CommandError, match="whole, but its time could not be noted")
    with inside(saved.name), papers_in(saved.papers, [NEW, OLD]), complaint:
        call_command("backup", tmp_path / "backup")
    assert manifest.verify(tmp_path / "backup").rows == saved.made.manifest.rows


def test_restore_when_made_by_a_release_that_said_less_then_read(copy):
    said = json.loads((copy / "manifest.json").read_text())
    said["format"] = 1
    del said["lost"]
    (copy / "manifest.json").write_text(json.dumps(said))
    assert manifest.verify(copy).lost == []


def test_backup_when_papers_go_meanwhile_then_destroyed_is_noted_and_changed_refused(saved, inside):
    with inside(saved.name):
        with databases.opened() as current:
            destroyed, changed, kept = papers.named(current)
        pages = DocumentPage.objects.all()
        pages.filter(stored_name=destroyed.name).update(stored_name=None)
        pages.filter(stored_name=changed.name).update(stored_name="00/under-another-key")
        try:
            assert making._explained([destroyed, kept]) == ([destroyed.name], [kept.name])
            with pytest.raises(BackupError, match="after rotate_paper_keys"):
                making._explained([destroyed, changed])
        finally:
            pages.filter(stored_name=None).update(stored_name=destroyed.name)
            pages.filter(stored_name="00/under-another-key").update(stored_name=changed.name)
