"""What Frostline is, which version, and whose work it stands on."""

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine import __version__
from gui.icons import Icons


class AboutDialog(QDialog):
    """Name, version, licence, and the libraries with their licences."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Frostline"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # else each opening leaves one
        picture = QLabel()
        picture.setPixmap(icons.application_icon().pixmap(64, 64))
        text = QLabel(
            self.tr(
                "<h3>Frostline {0}</h3>"
                "<p>A laboratory for what training does to each layer of a neural network, and "
                "what changes when layers are frozen or learn at their own rate.</p>"
                "<p>MIT licence. It stands on PySide6 and Qt {1} (LGPL-3, installed as separate, "
                "replaceable packages), pyqtgraph (MIT), PyTorch (BSD-3), scikit-learn (BSD-3), "
                "NumPy (BSD-3) and pydantic (MIT); their licence texts lie beside them, and "
                "THIRD_PARTY_NOTICES.md lists them together with the data sets.</p>"
            ).format(__version__, pyside_version)
        )
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        text.setMinimumWidth(400)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.addLayout(row)
        layout.addWidget(buttons)
