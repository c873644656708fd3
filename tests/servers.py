"""Loaded by pytest before the settings: starts or joins the embedded servers if needed."""

import os
from pathlib import Path

from center.embedded import needed, provide

os.environ.setdefault("ENVIRONMENT", "test")
os.environ.setdefault("LOG_LEVEL", "ERROR")
if needed():
    provide(Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parent.parent / "var")))
