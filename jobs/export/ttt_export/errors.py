"""What stops an export: one sentence that says what was found and what to change."""


class ExportError(Exception):
    """The model cannot become a program as it is."""


def require(condition: bool, sentence: str) -> None:
    if not condition:
        raise ExportError(sentence)


def some(names: list[str], most: int = 4) -> str:
    """The first few of the names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
