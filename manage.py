#!/usr/bin/env python3
"""Django's command line; starts the embedded servers for whoever has none of his own."""

import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
# What works with the source files alone.
SERVERLESS = {
    "check_catalogues",
    "collectstatic",
    "compile_catalogues",
    "update_catalogues",
    # Brings servers of its own.
    "stack",
    "help",
    "version",
    "--help",
    "--version",
    "-h",
}


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in {"demo", "stack"}:
        os.environ["ENVIRONMENT"] = "demo"
    try:
        from django.core.management import execute_from_command_line  # may be missing

        from center.embedded import EmbeddedServerError, needed, provide
    except ModuleNotFoundError as missing:
        sys.exit(
            f"The Python package {missing.name} is missing: run .venv/bin/python manage.py"
            ' (made by "make demo" or "make test").'
        )
    if needs_servers(command, arguments[2:]) and needed():
        try:
            provide(Path(os.environ.get("VAR_DIR", BASE_DIR / "var")))
        except EmbeddedServerError as reason:
            sys.exit(str(reason))
    execute_from_command_line(arguments)


def needs_servers(command: str, options: list[str]) -> bool:
    if command == "check":
        return "--database" in options
    return command not in SERVERLESS and not {"-h", "--help"} & set(options)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except KeyboardInterrupt:
        # Ctrl-C is the way to end the demo and the stack, and a failure of anything else.
        sys.exit(0 if sys.argv[1:2] in (["demo"], ["stack"]) else 130)
