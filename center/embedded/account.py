"""Under which user PostgreSQL runs when we are root, and what that user can reach.

PostgreSQL refuses to run as root. Its files then belong to a system user of their own, and
only its files: no folder of anybody else is opened for it.
"""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from center.embedded.errors import EmbeddedServerError

SYSTEM_USER = "center-postgres"


@dataclass(frozen=True)
class Account:
    """A user and its group; -1 and -1 mean ourselves, as for ``os.chown``."""

    uid: int = -1
    gid: int = -1

    @property
    def popen_options(self) -> dict[str, Any]:
        """How ``subprocess`` starts a program as this user, from a folder all can enter."""
        if self.uid == -1:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *conditions: str) -> bool:
        """Ask ``test`` as this user, as file modes alone do not tell the whole truth."""
        done = subprocess.run(["test", *conditions], check=False, **self.popen_options)
        return done.returncode == 0

    def own(self, path: Path) -> None:
        if self.uid != -1:
            os.chown(path, self.uid, self.gid)


def service_account(data: Path) -> Account:
    """Ourselves unless we are root; then the data's owner, at first a system user."""
    if os.geteuid() != 0:
        return Account()
    if data.exists() and (found := data.stat()).st_uid != 0:
        return Account(found.st_uid, found.st_gid)
    entry = _entry() or _create()
    return Account(entry.pw_uid, entry.pw_gid)


def private_folder(path: Path, account: Account) -> None:
    """Make a folder that only the account enters; refuse one that somebody put there for us."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid not in {os.geteuid(), account.uid}:
        raise EmbeddedServerError(f"{path} belongs to somebody else: move it away.")
    account.own(path)


def reachable_copy(programs: Path, libraries: Path, target: Path, account: Account) -> Path:
    """The folder with the programs, copied to ``target`` if the account cannot get at them.

    The environment may lie under a home folder that is closed to everybody else.
    """
    if account.can("-x", f"{programs}/bin/postgres", "-a", "-r", f"{programs}/share/postgres.bki"):
        return programs
    copy = target / programs.parent.name / programs.name
    if not target.exists():
        draft = target.with_name(f"{target.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(programs, draft / programs.parent.name / programs.name, symlinks=True)
        # The programs look for their libraries beside the package they come in.
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
        draft.rename(target)
    return copy


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    with suppress(FileNotFoundError):  # there are systems without useradd
        subprocess.run([*command, SYSTEM_USER], check=False, capture_output=True)
    if entry := _entry():  # also when another process was quicker
        return entry
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root and the user {SYSTEM_USER} cannot be made: run this"
        " as an ordinary user, or set DATABASE_URL."
    )
