"""The style sheet: shapes and edges of the controls, in the colours of a theme.

Text colours come from the palette; here stand only the shapes that a palette cannot say. Space is a
multiple of 4 pixels (device-independent, so they grow with the screen's scale).
"""

from dataclasses import asdict
from string import Template

from gui.control_pictures import ARROWS, CHECK_ROOM, CHECK_STATES, LOOKS, ControlPictures
from gui.theme import Theme, mixed
from gui.widgets.check_drawing import CHECK_SIZE

_SURFACES = """
QMainWindow::separator { background: $window; width: 8px; height: 8px; }
QMainWindow::separator:hover { background: $pressed; }
QFrame[panel="true"] { background: $panel; border: none; border-radius: 8px; }
QDockWidget { font-weight: 600; color: $muted; titlebar-close-icon: $close; }
QDockWidget::title { background: $window; padding: 8px 12px; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button { border: none; border-radius: 4px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $pressed; }
QToolBar { background: $window; border: none; padding: 4px 8px; spacing: 4px; }
QToolBar::separator { background: $line; width: 1px; margin: 6px 6px; }
QStatusBar { background: $window; }
QStatusBar::item { border: none; }
QGroupBox { border: none; margin-top: 24px; }
QGroupBox::title { subcontrol-origin: margin; color: $muted; padding: 4px 0px; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $pressed; }
QToolTip { background: $panel; color: $text; border: 1px solid $control; padding: 4px 6px; }
QScrollArea { border: none; background: transparent; }
"""

_BUTTONS = """
QToolButton { border: 2px solid transparent; border-radius: 6px; padding: 2px 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $selection; }
QToolButton:focus { border-color: $accent; }
QToolButton[compact="true"] { padding: 0px; border-radius: 4px; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-indicator { image: none; }
QToolButton::menu-button { border: none; border-radius: 4px; width: 16px; }
QToolButton::menu-button:hover { background: $pressed; }
QToolButton::menu-arrow { image: $chevron_down; width: 12px; height: 12px; }
QPushButton { background: $panel; border: 1px solid $control; border-radius: 6px;
  padding: 5px 15px; outline: none; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 14px; }
QPushButton:disabled { color: $disabled; border-color: $line; background: $window; }
QPushButton[primary="true"], QToolButton[primary="true"] { background: $accent; color: $on_accent;
  border: 2px solid $accent; border-radius: 6px; padding: 4px 14px; font-weight: 600; }
QToolButton[primary="true"] { padding: 2px 10px; }
QPushButton[primary="true"]:hover, QToolButton[primary="true"]:hover {
  background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:pressed, QToolButton[primary="true"]:pressed {
  background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus {
  border: 4px double $on_accent; padding: 2px 12px; }
QToolButton[primary="true"]:focus { padding: 0px 8px; }
QPushButton[primary="true"]:disabled, QToolButton[primary="true"]:disabled {
  background: $pressed; border-color: $pressed; color: $disabled; }
"""

_INPUTS = """
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
  background: $panel; border: 1px solid $control; border-radius: 5px;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox { padding: 3px 7px; }
QAbstractSpinBox { padding: 3px 5px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $text; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border: 2px solid $accent; }
QLineEdit:focus, QComboBox:focus { padding: 2px 6px; }
QAbstractSpinBox:focus { padding: 2px 4px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
  color: $disabled; background: $window; border-color: $line; }
QAbstractSpinBox > QLineEdit, QAbstractSpinBox > QLineEdit:focus, QComboBox > QLineEdit {
  border: none; padding: 0px; background: transparent; }
QLineEdit[problem="true"], QAbstractSpinBox[problem="true"] {
  color: $problem; background: $problem_fill; border: 2px solid $problem; }
QLineEdit[problem="true"] { padding: 2px 6px; }
QAbstractSpinBox[problem="true"] { padding: 2px 4px; }
QAbstractSpinBox[problem="true"] > QLineEdit { color: $problem; border: none; padding: 0px;
  background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border;
  border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0px 0px;
  border-radius: 3px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0px 2px 2px 0px;
  border-radius: 3px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $pressed; }
QAbstractSpinBox::up-arrow { image: $chevron_up; width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: $chevron_down; width: 10px; height: 10px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off {
  image: $chevron_up_disabled; }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off {
  image: $chevron_down_disabled; }
QComboBox::drop-down { border: none; width: 22px; subcontrol-origin: border;
  subcontrol-position: center right; }
QComboBox::down-arrow { image: $chevron_down; width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: $chevron_down_disabled; }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { background: $panel;
  border: 1px solid $control; border-radius: 0px; padding: 0px; outline: none;
  selection-background-color: $selection; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0px 6px; }
"""

_LISTS = """
QAbstractItemView { background: $panel; border: 1px solid transparent; border-radius: 4px;
  outline: none; selection-background-color: $selection; selection-color: $text; }
QAbstractItemView:focus { border-color: $accent; }
QTableView { qproperty-showGrid: 0; }
QHeaderView { background: $panel; border: none; qproperty-highlightSections: 0;
  qproperty-defaultAlignment: "AlignLeft | AlignVCenter"; }
QHeaderView::section { background: $panel; color: $muted; border: none; padding: 4px 3px;
  border-bottom: 1px solid $line; }
QTableCornerButton::section { background: $panel; border: none; }
QScrollBar:vertical { background: transparent; border: none; width: 12px; margin: 0px; }
QScrollBar:horizontal { background: transparent; border: none; height: 12px; margin: 0px; }
QScrollBar::handle { background: $control; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenuBar { background: $window; border: none; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: $pressed; }
QMenu { background: $panel; border: 1px solid $control; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { background: $line; height: 1px; margin: 4px 8px; }
QMenu::icon { padding-left: 6px; }
QMenu::indicator:exclusive { width: 10px; height: 10px; margin: 0px 4px;
  border: 2px solid $control; border-radius: 7px; background: $panel; }
QMenu::indicator:exclusive:checked { width: 4px; height: 4px; border: 5px solid $accent; }
QMenu::indicator:exclusive:disabled { border-color: $disabled; }
QMenu::right-arrow { image: $chevron_right; width: 12px; height: 12px; }
QTabBar { border: none; qproperty-drawBase: 0; qproperty-expanding: 0; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent;
  padding: 6px 10px; margin-right: 4px; color: $muted; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:focus { border: 2px solid $accent; padding: 4px 8px 6px 8px; border-radius: 4px; }
QTabWidget::pane { border: none; }
"""

_GAUGES = """
QSlider { min-height: 22px; }
QSlider::groove:horizontal { background: $control; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal { background: $panel; border: 2px solid $accent; width: 12px;
  height: 12px; margin: -6px 0px; border-radius: 8px; }
QSlider::handle:horizontal:hover { background: $selection; }
QSlider::handle:horizontal:focus { background: $accent; border-color: $text; }
QSlider::handle:horizontal:disabled { border-color: $disabled; background: $window; }
QSlider::groove:horizontal:disabled { background: $line; }
QProgressBar { background: $pressed; border: none; border-radius: 4px; min-height: 8px;
  text-align: center; }
QProgressBar[textVisible="false"] { max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QCheckBox, QRadioButton { spacing: 4px; }
QRadioButton::indicator { width: 12px; height: 12px;
  border: 2px solid $control; border-radius: 8px; background: $panel; }
QRadioButton::indicator { margin: 4px; }
QRadioButton::indicator:hover { border-color: $text; }
QRadioButton::indicator:checked { width: 6px; height: 6px;
  border: 5px solid $accent; }
QRadioButton::indicator:focus { border-color: $text; }
QRadioButton::indicator:disabled { border-color: $disabled; }
"""

_INDICATORS = (
    "QCheckBox::indicator",
    "QAbstractItemView::indicator",
    "QMenu::indicator:non-exclusive",  # the others are round
    "QGroupBox::indicator",
)


def build_style_sheet(theme: Theme, pictures: ControlPictures, check_side: int = CHECK_SIZE) -> str:
    """The style sheet of the whole program in this theme, with check boxes of this side."""
    tokens = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    tokens |= {
        "accent_hover": mixed(theme.accent, theme.text, 0.12),
        "accent_pressed": mixed(theme.accent, theme.text, 0.24),
    }
    for name in ARROWS:
        token = name.replace("-", "_")
        tokens[token] = _picture(theme, pictures, f"{name}-normal")
        tokens[f"{token}_disabled"] = _picture(theme, pictures, f"{name}-disabled")
    sheet = Template(_SURFACES + _BUTTONS + _INPUTS + _LISTS + _GAUGES).substitute(tokens)
    return sheet + _check_rules(theme, pictures, check_side + 2 * CHECK_ROOM)


def _picture(theme: Theme, pictures: ControlPictures, name: str) -> str:
    return pictures.url(theme, name) if pictures.is_usable else "none"


def _check_rules(theme: Theme, pictures: ControlPictures, side: int) -> str:
    if not pictures.is_usable:
        return ""
    # without a state first: some views ask for the size before they know one
    rules = [f"{', '.join(_INDICATORS)} {{ width: {side}px; height: {side}px; }}"]
    for state in CHECK_STATES:
        for look in LOOKS:
            suffix = f":{state}" + ("" if look == "normal" else f":{look}")
            selectors = ", ".join(f"{indicator}{suffix}" for indicator in _INDICATORS)
            picture = pictures.url(theme, f"check-{state}-{look}")
            rules.append(f"{selectors} {{ image: {picture}; }}")
    return "\n".join(rules)
