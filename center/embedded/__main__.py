"""``python -m center.embedded stop|remove``: for ``make clean`` and for tidying up by hand."""

import os
import sys
from pathlib import Path

from center.embedded import EmbeddedServerError, remove, stop


def main() -> None:
    actions = {"stop": stop, "remove": remove}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit("Say what to do with the embedded servers: stop or remove.")
    var = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parents[2] / "var"))
    try:
        actions[sys.argv[1]](var)
    except EmbeddedServerError as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
