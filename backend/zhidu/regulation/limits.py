"""Limits: how long the company gives itself. The defaults are the regulation's; each is a company setting."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Record
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.kernel.worktime import Calendar
from zhidu.policy import duties
from zhidu.policy.actor import Actor

Unit = Literal["working-hours", "hours", "working-days", "days", "records"]
WHOLE: tuple[Unit, ...] = ("working-days", "records")


@dataclass(frozen=True, slots=True)
class Limit:
    """A named limit with its default: `ORDER_CONFIRM = limit("order.confirm", 2, "working-hours", ...)`."""

    name: str
    amount: float
    unit: Unit
    clause: str
    title: Text


LIMITS: dict[str, Limit] = {}


def limit(name: str, amount: float, unit: Unit, zh: str, en: str, *, clause: str) -> Limit:
    """Declare a limit beside the domain that it binds."""
    LIMITS[name] = Limit(name, amount, unit, clause, Text(zh, en))
    return LIMITS[name]


class LimitSetting(Record):
    """A limit that this company has set for itself."""

    __tablename__ = "limit_setting"

    name: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[float]


async def setting_of(db: AsyncSession, of: Limit) -> LimitSetting:
    """The company's setting of a limit, locked; one that is not stored yet has version 0 and the default."""
    stored = await db.scalar(select(LimitSetting).where(LimitSetting.name == of.name).with_for_update())
    return stored or LimitSetting(name=of.name, amount=of.amount, version=0)


async def set_amount(db: AsyncSession, actor: Actor, setting: LimitSetting, *, amount: float) -> LimitSetting:
    """From now on what becomes due has this limit; what is due already keeps its date."""
    actor.must(duties.UPDATE_LIMIT)
    if LIMITS[setting.name].unit in WHOLE and amount != int(amount):
        raise Malformed.at("/amount", Text("应为整数", "Must be a whole number"), "whole")
    setting.amount = amount
    db.add(setting)
    db.info.pop("limits", None)
    return setting


class WorkingHours(Record):
    """The intervals worked on a normal working day, in company time; several a day."""

    __tablename__ = "working_hours"

    begins: Mapped[time]
    ends: Mapped[time]


class CalendarException(Record):
    """A date on which this company works otherwise than the official calendar says: no intervals means closed."""

    __tablename__ = "calendar_exception"

    day: Mapped[date] = mapped_column(unique=True)
    intervals: Mapped[list[Any]] = mapped_column(doc='[["09:00", "12:00"]] or []')
    reason: Mapped[str]


async def company_calendar(db: AsyncSession) -> Calendar:
    """The working time of this company, read once per unit of work."""
    known: Calendar | None = db.info.get("calendar")
    if known is None:
        hours = [(row.begins, row.ends) for row in await db.scalars(select(WorkingHours).order_by(WorkingHours.begins))]
        exceptions = {
            row.day: [(time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in row.intervals]
            for row in await db.scalars(select(CalendarException))
        }
        known = Calendar(hours, exceptions) if hours else Calendar(exceptions=exceptions)
        db.info["calendar"] = known
    return known


async def amount_of(db: AsyncSession, of: Limit) -> float:
    """The company's setting, or the regulation's default."""
    settings: dict[str, float] | None = db.info.get("limits")
    if settings is None:
        settings = {row.name: row.amount for row in await db.scalars(select(LimitSetting))}
        db.info["limits"] = settings
    return settings.get(of.name, of.amount)


async def deadline(db: AsyncSession, of: Limit, start: datetime) -> datetime:
    """The moment at which a limit that begins now is over."""
    return after(await company_calendar(db), start, await amount_of(db, of), of.unit)


def after(calendar: Calendar, start: datetime, amount: float, unit: Unit) -> datetime:
    """`amount` of a unit later, counting working time where the unit does."""
    if unit == "working-hours":
        return calendar.add(start, amount)
    if unit == "working-days":
        return calendar.add_days(start, int(amount))
    return start + (timedelta(hours=amount) if unit == "hours" else timedelta(days=amount))
