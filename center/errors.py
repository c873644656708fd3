"""How a refusal travels from the rule that made it to the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from center import metrics


@dataclass(frozen=True)
class Violation:
    """One broken rule.

    ``code`` is stable and may be relied on by clients; ``message`` says what is wrong with
    its number, ``remedy`` what to do now; ``field`` names the form field, if there is one.
    """

    code: str
    message: str
    remedy: str = ""
    field: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do now, in one go."""
        return f"{self.message} {self.remedy}".strip()


class UnreadableFileError(Exception):
    """A file that is kept cannot be read now, or ever; the message is for the log."""


class RuleViolation(Exception):
    """Raised by services when the rules of the house refuse a change; nothing was written."""

    def __init__(self, *violations: Violation) -> None:
        if not violations:
            raise ValueError("a refusal needs at least one violation")
        self.violations = violations
        metrics.refused(self.codes)
        super().__init__(", ".join(violation.code for violation in violations))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(violation.code for violation in self.violations)
