"""Text that may hold anything, as what a tooltip takes for rich text."""

import html


def plain_tip(text: str) -> str:
    """Shows the text as it is, line by line; nothing for nothing.

    Escaped alone it would be taken for plain text, and its escapes be shown: a name such as R&D
    needs the tag as well.
    """
    return f"<p>{'<br>'.join(html.escape(text).splitlines())}</p>" if text else ""
