"""Applications spread evenly over evaluators: pure, the same for the same input.

The rule, as the desk says it: application after application, in the order of their receipt
numbers (which are random), the missing evaluators are those with the fewest applications so
far; among equals the one who was asked least recently, then the one with the lower number in
the list. Nobody gets an application twice, of his own business, or after a conflict. Without
such exceptions no two evaluators differ by more than one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence


def spread(
    applications: Sequence[int],
    evaluators: Sequence[int],
    each: int,
    *,
    has: Mapping[int, Collection[int]],
    barred: Collection[tuple[int, int]] = (),
    load: Mapping[int, int] | None = None,
) -> list[tuple[int, int]]:
    """Pairs (application, evaluator) to add so that each application has ``each`` evaluators.

    ``has``: evaluators of an application already, counted toward ``each``; ``barred``: pairs
    that must not be; ``load``: what an evaluator has by now.
    """
    count = {person: (load or {}).get(person, 0) for person in evaluators}
    asked = dict.fromkeys(evaluators, 0)
    pairs: list[tuple[int, int]] = []
    for application in applications:
        present = has.get(application, ())
        free = [p for p in evaluators if p not in present and (application, p) not in barred]
        free.sort(key=lambda person: (count[person], asked[person]))
        for person in free[: max(0, each - len(present))]:
            pairs.append((application, person))
            count[person] += 1
            asked[person] = len(pairs)
    return pairs


def loads(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """How many applications each evaluator has."""
    counted: dict[int, int] = {}
    for _application, person in pairs:
        counted[person] = counted.get(person, 0) + 1
    return counted
