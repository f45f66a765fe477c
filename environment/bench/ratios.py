"""Pairs of measurements, their medians and intervals."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

DISTURBED = 0.05  # share of the cores' time that others may use during a pair
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Pair:
    """What both programs needed for the same work, one right after the other."""

    round: int  # pairs of one round are from the same two processes
    java: float
    pytorch: float
    others: Optional[float] = None  # what other programs used meanwhile; None: nobody watched

    @property
    def ratio(self) -> float:
        """Below 1 the library needs less."""
        return self.java / self.pytorch

    @property
    def is_quiet(self) -> bool:
        """Whether the pair counts."""
        return self.others is None or self.others <= DISTURBED


@dataclass(frozen=True)
class Estimate:
    """What a set of pairs says."""

    java: tuple[float, float, float]  # least, median, largest
    pytorch: tuple[float, float, float]
    ratio: float  # the median over all counted pairs
    interval: Optional[tuple[float, float]]
    counted: int
    dropped: int
    disturbed: bool  # too few pairs were quiet, so that others are counted too

    @staticmethod
    def of(pairs: Sequence[Pair], wanted: int) -> Estimate:
        """
        The estimate from the quiet pairs; if there are fewer than wanted, from the quietest.

        Two processes of the same program differ by a constant factor that no repetition in them
        shows. So the interval is of the medians of the rounds, each from processes of its own.
        """
        by_noise = sorted(pairs, key=lambda pair: pair.others or 0)
        quiet = [pair for pair in by_noise if pair.is_quiet]
        counted = quiet if len(quiet) >= wanted else by_noise[:wanted]
        return Estimate(
            java=spread([pair.java for pair in counted]),
            pytorch=spread([pair.pytorch for pair in counted]),
            ratio=statistics.median(pair.ratio for pair in counted),
            interval=interval(list(by_round(counted).values())),
            counted=len(counted),
            dropped=len(pairs) - len(counted),
            disturbed=counted is not quiet,
        )


def by_round(pairs: Sequence[Pair]) -> dict[int, float]:
    """The median ratio of each round."""
    ratios: dict[int, list[float]] = {}
    for pair in pairs:
        ratios.setdefault(pair.round, []).append(pair.ratio)
    return {number: statistics.median(values) for number, values in ratios.items()}


def enough(pairs: Sequence[Pair], wanted: int, rounds: int) -> bool:
    """Whether so many pairs are quiet, from so many rounds."""
    quiet = [pair for pair in pairs if pair.is_quiet]
    return len(quiet) >= wanted and len(by_round(quiet)) >= rounds


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Least, median, largest."""
    return min(values), statistics.median(values), max(values)


def interval(values: Sequence[float]) -> Optional[tuple[float, float]]:
    """
    An interval for the median of what the values are drawn from, whatever that is.

    The k-th smallest and the k-th largest of n values miss it with probability 2 P(B < k), B
    binomial of n and 1/2: the largest k with at most 5 %. Six values are the fewest: then it is
    the least and the largest, which hold the median in 96.9 % of all cases.
    """
    ordered = sorted(values)
    k, missed = 0, 0.0
    while True:
        missed += 2 * math.comb(len(ordered), k) / 2 ** len(ordered)
        if missed > 1 - CONFIDENCE:
            break
        k += 1
    return (ordered[k - 1], ordered[-k]) if k > 0 else None
