"""Which answers staff should look at before they count. Pure functions.

The rule: an answer stands out when its sales are

- more than ten times what the business sold before, brought to as many days (the baseline of
  an application is that of three months, 90 days); a baseline of nothing says nothing;
- more than ten times the median of the others of the same program and stage, where at least
  five of them answered;

or when it contradicts itself: sales without an order, orders without sales. Exactly ten times
does not stand out.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from fractions import Fraction

from programs.models.outcomes import OutcomeFlag, OutcomeStage

TIMES = 10
LEAST_OTHERS = 5


def flags_of(
    *,
    sales: int | None,
    orders: int | None,
    stage: int,
    baseline: int | None,
    others: Sequence[int],
) -> list[OutcomeFlag]:
    """Why an answer stands out; empty where it does not, or says nothing of sales. ``others``: sales in won of the
    other businesses of the program at the same stage."""
    if sales is None or orders is None:
        return []
    expected = Fraction(baseline or 0) * stage / OutcomeStage.QUARTER
    median = Fraction(statistics.median(others)) if len(others) >= LEAST_OTHERS else Fraction(0)
    found = (
        (OutcomeFlag.BASELINE, 0 < expected * TIMES < sales),
        (OutcomeFlag.MEDIAN, 0 < median * TIMES < sales),
        (OutcomeFlag.NO_ORDERS, sales > 0 and orders == 0),
        (OutcomeFlag.NO_SALES, orders > 0 and sales == 0),
    )
    return [flag for flag, stands_out in found if stands_out]
