"""The workshop's own process: one job on one file, then it is gone.

``python -m merchants.papers JOB ARGUMENTS``: the file comes on standard input; a line of JSON
with the facts goes to standard output, the new file after it. Started by ``workshop``.
"""

from __future__ import annotations

import json
import pkgutil
import resource
import sys
from contextlib import suppress

from merchants.papers.limits import Refused

#: a job's module is imported by its own process only: each brings a library of its own
JOBS = {
    "image": "merchants.papers.images:clean",
    "pdf": "merchants.papers.pdfs:clean",
    "draw": "merchants.papers.drawing:draw",
}
MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 512 * MEGABYTE,
    resource.RLIMIT_CPU: 20,  # seconds
    resource.RLIMIT_FSIZE: 0,  # writes no file
    resource.RLIMIT_CORE: 0,  # nor its memory when it dies
}


def confine() -> None:
    """Set the limits no later code can lift. macOS refuses some of them; Linux none."""
    for what, limit in LIMITS.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def main() -> None:
    job, arguments = sys.argv[1], json.loads(sys.argv[2])
    confine()
    try:
        facts, content = pkgutil.resolve_name(JOBS[job])(sys.stdin.buffer.read(), **arguments)
    except Refused as refused:
        facts, content = {"refused": refused.code}, b""
    except MemoryError:
        facts, content = {"refused": "paper_too_heavy"}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
