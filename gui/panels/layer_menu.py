"""The menus of the layer stack: the kinds of layers, and what can be done to the selected ones."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from gui.panels.layer_actions import LayerActions
from gui.panels.layer_plan_actions import LayerPlanActions


def make_kinds_menu(actions: LayerActions, parent: QWidget) -> QMenu:
    """One entry for every kind of layer that can be added, each with what it does."""
    menu = QMenu(QCoreApplication.translate("LayerMenu", "Add layer"), parent)
    menu.setToolTipsVisible(True)
    menu.addActions(actions.add_kinds)
    return menu


def make_layer_menu(
    actions: LayerActions, plans: LayerPlanActions, kinds: QMenu, parent: QWidget
) -> QMenu:
    """Everything that can be done to the selected layers."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    menu.addAction(actions.toggle)
    frozen = menu.addMenu(QCoreApplication.translate("LayerMenu", "While frozen"))
    frozen.setToolTipsVisible(True)
    frozen.addActions([plans.as_in_inference, plans.as_in_training])
    menu.addAction(plans.part)
    menu.addAction(plans.detach)
    menu.addAction(plans.options)
    menu.addSeparator()
    menu.addMenu(kinds)
    menu.addActions([actions.duplicate, actions.remove, actions.up, actions.down])
    return menu
