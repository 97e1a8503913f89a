"""Seeds as a person writes them: `100`, `100-109`, `1, 5, 9`."""

import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication

from engine.values import MAX_SEED

translate = QCoreApplication.translate

MOST_SEEDS = 1000
SHORTEST_RANGE = 3
"""Two seeds in a row read better as `1, 2`."""

_RANGE = re.compile(r"(\d{1,20})\s*(?:-|–|\.\.)\s*(\d{1,20})", re.ASCII)
_SEED = re.compile(r"\d{1,20}", re.ASCII)


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds in the text. Raises ValueError that says what would be valid."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if not parts:
        raise ValueError(translate("seeds", "Write a seed, such as 100"))
    seeds: list[int] = []
    for part in parts:
        first, last = _ends(part)
        if len(seeds) + last - first + 1 > MOST_SEEDS:
            text = translate("seeds", "These are more than {most} seeds; write fewer")
            raise ValueError(text.format(most=f"{MOST_SEEDS:,}"))
        seeds += range(first, last + 1)
    repeated = next((seed for seed in seeds if seeds.count(seed) > 1), None)
    if repeated is not None:
        text = translate("seeds", "Seed {seed} stands there twice; write every seed once")
        raise ValueError(text.format(seed=repeated))
    return tuple(seeds)


def format_seeds(seeds: Sequence[int]) -> str:
    """The text for the seeds, in their order; `parse_seeds` reads it back."""
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) >= SHORTEST_RANGE else ", ".join(map(str, run))
        for run in _runs(seeds)
    )


def counted_seeds(first: int, count: int) -> tuple[int, ...]:
    """The first seed and the next ones, `count` in all, ending with the largest there is."""
    start = min(first, MAX_SEED - count + 1)
    return tuple(range(start, start + count))


def _ends(part: str) -> tuple[int, int]:
    seeds = _RANGE.fullmatch(part)
    first, last = seeds.groups() if seeds else (part, part)
    if not _SEED.fullmatch(first):
        text = translate("seeds", "“{part}” is no seed; write 100, 100-109 or 1, 5, 9")
        raise ValueError(text.format(part=part if len(part) <= 20 else part[:18] + "…"))
    if int(last) > MAX_SEED or int(first) > MAX_SEED:
        text = translate("seeds", "Seeds are at most {most}")
        raise ValueError(text.format(most=f"{MAX_SEED:,}"))
    if int(first) > int(last):
        text = translate("seeds", "{part} runs backwards; write {last}-{first}")
        raise ValueError(text.format(part=part, first=int(first), last=int(last)))
    return int(first), int(last)


def _runs(seeds: Sequence[int]) -> Iterator[list[int]]:
    """The seeds cut where one is not the last one's successor."""
    run: list[int] = []
    for seed in seeds:
        if run and seed != run[-1] + 1:
            yield run
            run = []
        run.append(seed)
    if run:
        yield run
