"""All benchmarks, by name, in the order in which they are run."""

from collections.abc import Callable

from tests.benchmarks.freezing import freeze_all_but_last, freeze_first
from tests.benchmarks.measuring import Effort, Result
from tests.benchmarks.members import members_8, members_80, members_160
from tests.benchmarks.patterns import part_of_every_layer, pattern_loops
from tests.benchmarks.plain_loop import plain_loop
from tests.benchmarks.probes import probes_shown, weights_shown
from tests.benchmarks.scikit_learn import scikit_learn
from tests.benchmarks.wide_network import wide_network
from tests.benchmarks.window import (
    first_paint,
    lattice_frames,
    window_answers,
    window_lateness,
    window_stall,
    window_throughput,
)

Benchmark = Callable[[Effort], Result]

BENCHMARKS: tuple[tuple[str, Benchmark], ...] = (
    ("plain_loop", plain_loop),
    ("scikit_learn", scikit_learn),
    ("pattern_loops", pattern_loops),
    ("part_of_every_layer", part_of_every_layer),
    ("members_8", members_8),
    ("members_80", members_80),
    ("members_160", members_160),
    ("wide_network", wide_network),
    ("freeze_first", freeze_first),
    ("freeze_all_but_last", freeze_all_but_last),
    ("weights_shown", weights_shown),
    ("probes_shown", probes_shown),
    ("window_throughput", window_throughput),
    ("window_lateness", window_lateness),
    ("window_stall", window_stall),
    ("window_answers", window_answers),
    ("lattice_frames", lattice_frames),
    ("first_paint", first_paint),
)
