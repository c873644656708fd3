"""The staff's side of programs."""

from programs.admin import selection, selection_draw, selection_evaluators

__all__ = ["selection", "selection_draw", "selection_evaluators"]
