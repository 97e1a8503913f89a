"""What is said of seeds that diverged: one line, and every seed by itself for the tooltip."""

from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from engine.telemetry import Event
from gui.models.divergence_text import divergence_list, divergence_text


def seeded(experiment: Experiment, seeds: int) -> Experiment:
    training = experiment.training.replace(seeds=tuple(range(100, 100 + seeds)))
    return experiment.replace(training=training)


def gone(variant: str, seed: int, step: int) -> Event:
    text = f"output went non-finite at step {step} (seed {seed})"
    return Event("diverged", step, text, variant, seed)


def test_a_single_seed_is_said_in_the_engine_s_words(experiment: Experiment) -> None:
    event = gone("all", 100, 5)
    name = experiment.variant("all").name
    assert divergence_text([event], seeded(experiment, 1)) == f"{name}: {event.text}"


def test_several_seeds_are_counted_with_the_first_step(experiment: Experiment) -> None:
    events = [gone("all", seed, step) for seed, step in ((103, 4), (101, 3), (100, 7))]
    text = divergence_text(events, seeded(experiment, 5))
    name = experiment.variant("all").name
    assert text == f"{name}: 3 of 5 seeds diverged, the first at step 3"


def test_each_of_two_variants_is_said(experiment: Experiment) -> None:
    events = [gone("first", 100, 2), gone("all", 100, 3), gone("all", 101, 9)]
    first, second = divergence_text(events, seeded(experiment, 2)).split(" · ")
    assert first.endswith("1 of 2 seeds diverged, the first at step 2")
    assert second.endswith("2 of 2 seeds diverged, the first at step 3")


def test_many_variants_are_counted_in_one_line(experiment: Experiment) -> None:
    several = seeded(with_every_pattern(experiment), 2)
    events = [gone(variant.id, 100, 12) for variant in several.variants[:4]]
    runs = 2 * len(several.variants)
    expected = f"4 of {runs} runs diverged, of 4 variants, the first at step 12"
    assert divergence_text(events, several) == expected


def test_the_list_names_every_seed_and_ends(experiment: Experiment) -> None:
    events = [gone("all", seed, 3) for seed in range(25)]
    lines = divergence_list(events, experiment).splitlines()
    assert lines[0] == f"{experiment.variant('all').name}: {events[0].text}"
    assert len(lines) == 21
    assert lines[-1] == "… and 5 more"
