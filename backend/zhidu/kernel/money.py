"""Money: whole fen in the database, a decimal string on the wire, never a float."""

from sqlalchemy import ColumnElement, Numeric, String, cast, literal

YUAN = 100


def yuan(column: ColumnElement[int]) -> ColumnElement[str]:
    """A column of fen as the decimal string of the wire: 128000 -> "1280.00"."""
    return cast(cast(column, Numeric) / literal(YUAN, Numeric), Numeric(20, 2)).cast(String)


def written(amount_fen: int) -> str:
    """Whole fen as a decimal string: 128000 -> "1280.00"."""
    sign, amount = ("-", -amount_fen) if amount_fen < 0 else ("", amount_fen)
    return f"{sign}{amount // YUAN}.{amount % YUAN:02d}"
