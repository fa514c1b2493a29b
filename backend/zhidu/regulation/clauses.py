"""1.1 The text of the regulation: its clauses, by version. The regulation itself is data that people amend."""

from datetime import date, datetime
from importlib import resources
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import ForeignKey, UniqueConstraint, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock
from zhidu.kernel.db import Record, new_id
from zhidu.kernel.lifecycle import Lifecycle, step, within

LIFECYCLE = Lifecycle(
    "regulation_version",
    {"draft": "open", "submitted": "waiting", "approved": "waiting", "published": "done", "superseded": "ended"},
    update=within("draft", clause="1.1"),
    submit=step("draft", "submitted", clause="1.1"),
    approve=step("submitted", "approved", clause="1.1"),
    publish=step("approved", "published", clause=("1.1", "1.2")),
    supersede=step("published", "superseded", clause="1.1", by_rules=True),
    **{"return": step(("submitted", "approved"), "draft", clause="1.1")},
)


class RegulationVersion(Record):
    """One wording of the whole regulation. Records are judged by the version that was in force at their time."""

    __tablename__ = "regulation_version"

    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str | None] = mapped_column(doc="What is different, for the people who must know it.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    based_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("regulation_version.id"))
    in_force_from: Mapped[date | None]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    editors: Mapped[list[Any]] = mapped_column(default=list, doc="Who wrote in it: they do not approve it.")
    published_at: Mapped[datetime | None]


class Clause(Record):
    """A clause (or the title of a chapter) in one version of the regulation."""

    __tablename__ = "regulation_clause"
    __table_args__ = (UniqueConstraint("version_id", "clause"),)

    version_id: Mapped[UUID] = mapped_column(ForeignKey("regulation_version.id"))
    clause: Mapped[str] = mapped_column(doc="4.3.1, as code and people cite it.")
    chapter: Mapped[str]
    position: Mapped[int]
    owner: Mapped[str | None] = mapped_column(
        doc="Whose duty it is: marketing, sales, tech, service, management, support, all."
    )
    title_zh: Mapped[str | None] = mapped_column(doc="Only chapters have titles.")
    title_en: Mapped[str | None]
    zh: Mapped[str | None]
    en: Mapped[str | None]
    serves: Mapped[list[Any]] = mapped_column(doc="The resources that carry it: sales.orders.")
    control_zh: Mapped[str | None] = mapped_column(doc="The measured statement that says whether it is lived.")
    control_en: Mapped[str | None]


# What a version says in a clause; the rest of the columns is the record's own life.
WORDING = ("position", "owner", "title_zh", "title_en", "zh", "en", "serves", "control_zh", "control_en")


def version_in_force(day: date) -> Any:
    """The id of the version that binds on a day, as a scalar subquery: the youngest published one that has begun."""
    published = LIFECYCLE.of_category("done", "ended")
    return (
        select(RegulationVersion.id)
        .where(RegulationVersion.status.in_(published), RegulationVersion.in_force_from <= day)
        .order_by(RegulationVersion.in_force_from.desc(), RegulationVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


async def seed(db: AsyncSession) -> None:
    """The company begins with the regulation of regulation.yaml, as version 1; a company that has one keeps its own."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("regulation.seed"))))
    if await db.scalar(select(RegulationVersion.id).limit(1)) is not None:
        return
    first = RegulationVersion(
        number=1,
        title="线上推广与销售管理制度",
        status="published",
        in_force_from=clock.today(),
        published_at=clock.now(),
    )
    db.add(first)
    await db.flush()
    rows = [
        {"id": new_id(), "version": 1, "version_id": first.id, "position": position, **_written(entry)}
        for position, entry in enumerate(wording_as_shipped())
    ]
    await db.execute(insert(Clause), rows)
    audit.note(db, "create", Clause.__tablename__, first.id, clauses=len(rows))


def wording_as_shipped() -> list[dict[str, Any]]:
    """The entries of regulation.yaml, with which a company begins."""
    entries: list[dict[str, Any]] = yaml.safe_load(
        resources.files("zhidu.regulation").joinpath("regulation.yaml").read_text("utf-8")
    )
    return entries


def _written(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of the file as a row."""
    title, control = entry.get("title", {}), entry.get("control", {})
    return {
        "clause": entry["id"],
        "chapter": entry["id"].partition(".")[0],
        "owner": entry.get("owner"),
        "title_zh": title.get("zh"),
        "title_en": title.get("en"),
        "zh": entry.get("zh"),
        "en": entry.get("en"),
        "serves": entry.get("serves", []),
        "control_zh": control.get("zh"),
        "control_en": control.get("en"),
    }
