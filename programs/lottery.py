"""The lottery as a procedure that neither staff nor applicants can steer and anybody can run
again. Pure; its words are on the page of the draw.

1. While applications may still come in, the SHA-256 of a random seed is published. The seed
   lies encrypted and is shown to nobody. With it is stated which public number is to be mixed
   in, one that will be known only later (a named round of the state lottery); it may be none.
2. After the close and the check of conditions, the receipt numbers are sorted, one a line, and
   published with the SHA-256 of that text. From here on nobody joins the list and nobody is
   taken off it; who withdraws stays on it and is passed over, and so is, of a call that supports
   each business once a year, who gets a place in another such program before the draw.
3. Each receipt number's ticket is the SHA-256 of four lines: seed, SHA-256 of the list, public
   number (empty if none), receipt number. Tickets are sorted as text, smallest first. Seed,
   public number and order are published with the results, in one step.

Why it holds: applicants do not know the seed, and receipt numbers are the house's, so nobody
can apply into a good ticket. The seed cannot be exchanged: its digest is out. Whoever might get
at the seed would have to change the list to change the order, and the list is mixed in whole,
so that every change shuffles all tickets anew; to try many lists he has only until the list is
published, and then the public number, which does not exist yet, shuffles once more.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """64 hexadecimal digits, 256 bits from the operating system."""
    return secrets.token_hex(32)


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def list_digest(receipts: Iterable[str]) -> str:
    """Of the sorted receipt numbers, one a line, no line end after the last."""
    return digest("\n".join(sorted(receipts)))


def ticket(seed: str, listed: str, beacon: str, receipt: str) -> str:
    return digest(f"{seed}\n{listed}\n{beacon}\n{receipt}")


def drawn(seed: str, receipts: Iterable[str], beacon: str = "") -> list[str]:
    """The receipt numbers in the order in which they are drawn."""
    all_of_them = list(receipts)
    listed = list_digest(all_of_them)
    return sorted(all_of_them, key=lambda receipt: ticket(seed, listed, beacon, receipt))
