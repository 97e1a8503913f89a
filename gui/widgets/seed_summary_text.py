"""What the centre line and the band over the seeds are called, and their definitions.

The definitions are those of engine.seed_bands.SeedSummary, one sentence each with its formula.
"""

from PySide6.QtCore import QCoreApplication

from engine.seed_bands import Band, Centre, SeedSummary
from gui.widgets.tip_text import plain_tip

translate = QCoreApplication.translate


def centre_name(centre: Centre) -> str:
    """What the centre is called."""
    return {
        "mean": translate("seeds", "mean"),
        "median": translate("seeds", "median"),
    }[centre]


def band_name(band: Band) -> str:
    """What the band is called, as one of the choices."""
    return {
        "none": translate("seeds", "no band"),
        "min-max": translate("seeds", "min–max"),
        "deviation": translate("seeds", "± sd"),
        "standard error": translate("seeds", "± std. error"),
        "interval": translate("seeds", "95 % interval"),
    }[band]


def centre_definition(centre: Centre) -> str:
    """What the centre is, in one sentence."""
    return {
        "mean": translate(
            "seeds",
            "Mean: the sum of the seeds' values divided by their number, Σxᵢ / n.",
        ),
        "median": translate(
            "seeds",
            "Median: the middle one of the seeds' sorted values, or the mean of the two in the "
            "middle.",
        ),
    }[centre]


def band_definition(band: Band) -> str:
    """What the band is, in one sentence with its formula."""
    return {
        "none": translate("seeds", "No band: the line alone."),
        "min-max": translate("seeds", "Min–max: from the lowest seed to the highest."),
        "deviation": translate(
            "seeds",
            "Standard deviation: the mean plus and minus s = √(Σ(xᵢ − mean)² / (n − 1)), how far "
            "single seeds lie from the mean.",
        ),
        "standard error": translate(
            "seeds",
            "Standard error: the mean plus and minus s / √n, how far the mean itself would scatter "
            "if all seeds were drawn anew.",
        ),
        "interval": translate(
            "seeds",
            "95 % interval: Student's t interval of the mean, plus and minus t · s / √n; for "
            "roughly normal values, 95 of 100 such intervals contain the true mean.",
        ),
    }[band]


def summary_name(summary: SeedSummary) -> str:
    """What line and band are, in the fewest words: "mean, band min–max"."""
    centre = centre_name(summary.centre)
    if summary.band == "none":
        return centre
    band = band_name(summary.band)
    if lies_about_mean(summary):
        band = {
            "deviation": translate("seeds", "mean ± sd"),
            "standard error": translate("seeds", "mean ± std. error"),
        }.get(summary.band, translate("seeds", "95 % interval of the mean"))
    return translate("seeds", "{0}, band {1}").format(centre, band)


def summary_tip(summary: SeedSummary) -> str:
    """What line and band are, and of which seeds, as rich text of a tooltip."""
    sentences = [centre_definition(summary.centre), band_definition(summary.band)]
    if lies_about_mean(summary):
        sentences.append(about_mean())
    sentences.append(survivors_only())
    return "".join(map(plain_tip, sentences))


def lies_about_mean(summary: SeedSummary) -> bool:
    """Whether the band is not about the line that is drawn, but about the mean."""
    return summary.centre == "median" and summary.band not in ("none", "min-max")


def about_mean() -> str:
    """Where such a band lies when the line is the median."""
    return translate("seeds", "The band lies about the mean, also where the line is the median.")


def survivors_only() -> str:
    """Which seeds line and band are of."""
    return translate(
        "seeds",
        "Only of seeds that still have a number: one that diverged is left out from its epoch on.",
    )
