"""What a person does to variants: each one undo step on the document, with its name."""

from PySide6.QtCore import QObject, Signal

from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import RenameVariant
from engine.patterns import with_controls
from engine.structure import add_variant, duplicate_variant, remove_variant
from gui.document import Document
from gui.models.checked_edit import try_edit


class VariantEdits(QObject):
    """Edits the variants of a document; a new one is selected."""

    refused = Signal(str)
    """Why the engine refused an edit; empty after one that it took."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document

    def add(self) -> None:
        """One more variant, in which every layer trains."""
        before = self._ids()
        if self._take(try_edit(self._document, add_variant, self.tr("Add variant"))):
            self._select_new(before)

    def duplicate(self, variant: str) -> None:
        """A copy of a variant, after it."""
        before = self._ids()
        text = self.tr("Duplicate {variant}").format(variant=self._name(variant))
        if self._take(try_edit(self._document, lambda e: duplicate_variant(e, variant), text)):
            self._select_new(before)

    def add_controls(self, variant: str) -> None:
        """Variants that train exactly as many parameters as this one, chosen at random."""
        text = self.tr("Add controls for {variant}").format(variant=self._name(variant))
        before = self._ids()
        taken = self._take(try_edit(self._document, lambda e: with_controls(e, variant), text))
        if taken and self._ids() == before:
            self.refused.emit(self.tr("Its controls are there already"))

    def rename(self, variant: str, name: str) -> None:
        """Call a variant by another name."""
        text = self.tr("Rename {variant}").format(variant=self._name(variant))

        def renamed(experiment: Experiment) -> Experiment:
            edit = RenameVariant(variant=variant, name=self._name(variant))
            return apply_edit(experiment, edit.replace(name=name))

        self._take(try_edit(self._document, renamed, text))

    def remove(self, variant: str) -> None:
        """Without this variant; one always stays."""
        text = self.tr("Delete {variant}").format(variant=self._name(variant))
        self._take(try_edit(self._document, lambda e: remove_variant(e, variant), text))

    def _take(self, problem: str) -> bool:
        self.refused.emit(problem)
        return not problem

    def _select_new(self, before: list[str]) -> None:
        for variant in self._ids():
            if variant not in before:
                self._document.view.select(variant)

    def _ids(self) -> list[str]:
        return [variant.id for variant in self._document.experiment.variants]

    def _name(self, variant: str) -> str:
        return self._document.experiment.variant(variant).name
