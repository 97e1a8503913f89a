"""What must hold between the fields of an experiment, checked on plain JSON data.

Plain data, because a file whose single fields are wrong as well should hear of everything at once.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from engine.errors import Problem

OUTPUT_KINDS = ("dense", "pca")
"""The kinds of layers that can stand last: they have as many outputs as they are given units."""

ADVICE = {
    "missing": "is missing",
    "extra_forbidden": "is not a field here; remove it or check its spelling",
    "json_invalid": "is not JSON",
}


def consistency_problems(raw: object) -> Iterator[Problem]:
    """Problems between fields: repeated ids and seeds, plans that do not match the layers.

    `raw` is an experiment as JSON gives it; parts of the wrong type are passed over, since the
    fields' own validation reports them.
    """
    if not isinstance(raw, Mapping):
        return
    layer_ids = _ids(raw.get("layers"))
    variant_ids = _ids(raw.get("variants"))
    yield from _repeated(layer_ids, "layers", "id")
    yield from _repeated(variant_ids, "variants", "id")
    yield from _output_problems(_items(raw.get("layers")))
    yield from _script_problems(_items(raw.get("script")), layer_ids, variant_ids)
    training = raw.get("training")
    if isinstance(training, Mapping):
        seeds = [seed for seed in _items(training.get("seeds")) if isinstance(seed, int)]
        yield from _repeated(seeds, "training.seeds", "seed")
    for index, variant in enumerate(_items(raw.get("variants"))):
        if isinstance(variant, Mapping) and isinstance(variant.get("layers"), Mapping):
            yield from _plan_problems(f"variants[{index}].layers", variant["layers"], layer_ids)


def _output_problems(layers: list[object]) -> Iterator[Problem]:
    """The last layer must be able to give the answers."""
    last = layers[-1] if layers else None
    kind = last.get("kind", "dense") if isinstance(last, Mapping) else None
    if isinstance(kind, str) and kind not in OUTPUT_KINDS:
        text = f"is the output layer and must be {' or '.join(OUTPUT_KINDS)}, not {kind}"
        yield Problem(f"layers[{len(layers) - 1}]", text)


def _script_problems(
    entries: list[object], layer_ids: list[str], variant_ids: list[str]
) -> Iterator[Problem]:
    """Edits of layers or variants that are not there."""
    for index, entry in enumerate(entries):
        edit = entry.get("edit") if isinstance(entry, Mapping) else None
        if not isinstance(edit, Mapping):
            continue
        for what, known in (("variant", variant_ids), ("layer", layer_ids)):
            named = edit.get(what)
            if isinstance(named, str) and named not in known:
                text = f"is not a {what}; the {what}s are {', '.join(known)}, not {named!r}"
                yield Problem(f"script[{index}].edit.{what}", text)


def field_problems(error: ValidationError) -> list[Problem]:
    """The problems that pydantic found, with paths such as `layers[0].units`."""
    problems = []
    for detail in error.errors(include_url=False):
        held = detail.get("ctx", {}).get("found")
        if detail["type"] == "consistency" and held:
            problems += list(held)
            continue
        given, location = detail["input"], _without_tags(detail["loc"])
        if detail["type"] == "layer_kind" and isinstance(given, Mapping):
            given, location = given.get("kind"), (*location, "kind")
        message = ADVICE.get(detail["type"], detail["msg"][:1].lower() + detail["msg"][1:])
        if detail["type"] == "json_invalid":
            message = f"is not JSON ({detail.get('ctx', {}).get('error', '')})"
        elif detail["type"] not in ADVICE and isinstance(given, str | int | float | None):
            message += f", not {_shortened(given)}"
        problems.append(Problem(dotted_path(location), message))
    return problems


def newer_format(raw: object, known: int) -> Problem | None:
    """The one problem worth telling when a file was written by a newer Frostline."""
    number = raw.get("format") if isinstance(raw, Mapping) else None
    if isinstance(number, int) and number > known:
        text = f"is {number}, from a newer Frostline; this one reads formats up to {known}"
        return Problem("format", text)
    return None


def lenient_json(text: str | bytes) -> object:
    """The JSON data in `text`, or None where it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _without_tags(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The path without the words by which pydantic tells kinds apart: the file has no such key."""
    parts = list(location)
    if len(parts) > 2 and parts[0] == "layers":
        del parts[2]
    if parts[:1] != ["variants"] and "edit" in parts[:-1]:
        del parts[parts.index("edit") + 1]
    return tuple(parts)


def dotted_path(location: tuple[int | str, ...]) -> str:
    """('layers', 0, 'units') as `layers[0].units`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _plan_problems(
    path: str, plans: Mapping[str, object], layer_ids: list[str]
) -> Iterator[Problem]:
    for layer_id in dict.fromkeys(layer_ids):
        if layer_id not in plans:
            yield Problem(f"{path}.{layer_id}", "is missing; every variant plans every layer")
    for layer_id in plans:
        if layer_id not in layer_ids:
            known = ", ".join(layer_ids)
            yield Problem(f"{path}.{layer_id}", f"is not a layer; the layers are {known}")


def _repeated(values: list[str] | list[int], path: str, what: str) -> Iterator[Problem]:
    for value, count in Counter(values).items():
        if count > 1:
            yield Problem(path, f"{what} {value!r} stands {count} times; each must be unique")


def _ids(items: object) -> list[str]:
    found = [item.get("id") for item in _items(items) if isinstance(item, Mapping)]
    return [name for name in found if isinstance(name, str)]


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _shortened(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 64 else text[:60] + " …"
