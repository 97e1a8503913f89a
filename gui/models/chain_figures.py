"""Numbers and names of the chain-rule check, as they are written on the screen."""

from PySide6.QtCore import QCoreApplication

from gui.widgets.number_text import measured

translate = QCoreApplication.translate


def figure(value: float | None) -> str:
    """A number with 3 significant digits and a real minus sign; a dash where there is none."""
    mantissa, found, exponent = measured(value).partition("e-")
    return mantissa.replace("-", "−") + found + exponent


def plain_figure(value: float) -> str:
    """The same without zeros at the end: 1, 0.5, 1.67."""
    text = figure(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def apart_text(value: float) -> str:
    """A relative difference: 1.2e-9; a plain 0 where two numbers are equal."""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if value else "0"


def weight_name(input_name: str, column: int) -> str:
    """A weight of layer 1 by where it leads from and to: mean radius → unit 3."""
    return translate("chain rule", "{input} → unit {unit}").format(
        input=input_name, unit=column + 1
    )
