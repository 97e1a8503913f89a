"""What a spreadsheet makes of a table's text."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")  # what begins so, a spreadsheet computes


def plain_text(text: str) -> str:
    """The text as a cell that is shown and never computed: a formula gets an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
