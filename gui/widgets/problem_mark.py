"""The look of a field that holds something wrong; the words stand in a ProblemLabel."""

from PySide6.QtWidgets import QAbstractSpinBox, QWidget


def mark_problem(field: QWidget, problem: str) -> None:
    """Colour the field as wrong, or as right again if there is no problem; tell screen readers."""
    field.setAccessibleDescription(problem)
    field.setProperty("problem", bool(problem))
    inner = [field.lineEdit()] if isinstance(field, QAbstractSpinBox) else []
    for widget in (field, *inner):
        widget.style().unpolish(widget)  # the style sheet looks at the property only then
        widget.style().polish(widget)
