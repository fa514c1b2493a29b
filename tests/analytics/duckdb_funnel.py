"""The funnel's leads as the raw file has them: read by duckdb, with no code of the product."""

from pathlib import Path

import duckdb


def olist_file() -> Path:
    """The whole file of marketing-qualified leads where there is one; else the sample of this repository."""
    shared = Path(__file__).parents[3] / "shared/data/olist-funnel/olist_marketing_qualified_leads.csv"
    return shared if shared.exists() else Path(__file__).parents[1] / "data/olist_leads_sample.csv"


def leads_by_origin_and_month(file: Path) -> dict[tuple[str, str], int]:
    """(origin, "YYYY-MM") -> leads; an empty origin is ''."""
    rows = duckdb.execute(
        """
        SELECT coalesce(trim(origin), ''), strftime(CAST(first_contact_date AS DATE), '%Y-%m'), count(*)
        FROM read_csv(?, header=true, all_varchar=true) GROUP BY 1, 2
        """,
        [str(file)],
    ).fetchall()
    return {(origin, month): count for origin, month, count in rows}
