"""The walk through the year: what happens is told as lives, and each life wakes at its moments, in the order of time.

A life is an async generator: it does a step by the company's own rules, and yields the moment of its next one. The
clock stands at that moment; all steps of a day share one transaction. What would wake after the end stays as it is.
"""

import heapq
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock, events
from zhidu.kernel.db import Database, Record
from zhidu.kernel.work import unit_of_work
from zhidu.kernel.worktime import Calendar
from zhidu.policy.accounts import load_actor
from zhidu.policy.actor import Actor
from zhidu.policy.duties import Duty
from zhidu.regulation.obligations import Notification

Life = AsyncIterator[datetime]
T = TypeVar("T")
R = TypeVar("R", bound=Record)
_SEED = "zhidu"
# Whoever had two days for it has read it.
_READ_WITHIN = timedelta(days=2)


class Year:
    """The company's last year: its calendar, its people, and what the lives tell each other."""

    db: AsyncSession

    def __init__(self, database: Database, begins: datetime, now: datetime) -> None:
        self.database, self.begins, self.now = database, begins, now
        self.calendar = Calendar()
        self.actors: dict[str, Actor] = {}
        self.by_id: dict[UUID | None, Actor] = {}
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._number = count()

    # -- time ----------------------------------------------------------------------------------------------------

    def days_ago(self, days: float, hour: float = 10) -> datetime:
        """So many days before today, at an hour of the company's day."""
        midnight = clock.midnight(self.now.astimezone(clock.COMPANY_ZONE).date())
        return midnight - timedelta(days=days) + timedelta(hours=hour)

    def worked(self, moment: datetime, hours: float) -> datetime:
        """The moment when so many working hours have passed."""
        return self.calendar.add(moment, hours)

    def at_work(self, moment: datetime) -> datetime:
        """This moment if the company works then, else early on its next day of work."""
        return moment if self.calendar.open_at(moment) else self.calendar.add(moment, 0.2)

    def hours_before(self, moment: datetime, hours: float) -> datetime:
        """The last moment from which so many working hours had passed by then."""
        low, high = moment - timedelta(days=60), moment
        while high - low > timedelta(seconds=20):
            middle = low + (high - low) / 2
            low, high = (middle, high) if self.calendar.add(middle, hours) <= moment else (low, middle)
        return low

    # -- people --------------------------------------------------------------------------------------------------

    async def meet(self, account_id: UUID) -> Actor:
        """Know a person as of now."""
        actor = await load_actor(self.db, account_id)
        if actor is None:
            raise LookupError(account_id)
        self.actors[actor.login] = self.by_id[actor.id] = actor
        return actor

    def owner(self, record: Any) -> Actor:
        """Who answers for a record."""
        return self.by_id[record.owner_id]

    def chance(self, *of: object) -> Random:
        """Chance of its own for each life: what one does never moves another."""
        return Random("/".join(map(str, (_SEED, *of))))  # noqa: S311 - a play, not a secret

    # -- steps ---------------------------------------------------------------------------------------------------

    async def do(
        self, who: str | Actor, duty: Duty, rule: Callable[..., Awaitable[T]], *args: object, **said: Any
    ) -> T:
        """Somebody takes a step: under his name and the clauses of his duty, as by the API, with all that follows."""
        actor = self.actors[who] if isinstance(who, str) else who
        self.db.info.update(account_id=actor.id, clauses=duty.clauses, action=duty.verb)
        done = await rule(self.db, actor, *args, **said)
        await self.settle()
        return done

    async def by_rules(self, clause: str, rule: Callable[[AsyncSession], Awaitable[Any]]) -> None:
        """The company's rules take a step by themselves."""
        self.db.info.update(account_id=None, clauses=(clause,), action="update")
        await rule(self.db)
        await self.settle()

    async def settle(self) -> None:
        """What a step has caused happens before the next one."""
        await self.db.flush()
        # Nobody listens to a past year: the changes need not be told one by one.
        self.db.info["changed"] = set()
        await events.settle(self.db)

    async def find(self, model: type[R], record_id: UUID | None) -> R:
        """A record as it is now."""
        return await self.db.get_one(model, record_id)

    # -- the walk ------------------------------------------------------------------------------------------------

    def begin(self, life: Life, at: datetime) -> None:
        """A life begins at a moment."""
        if at <= self.now:
            heapq.heappush(self._waiting, (at, next(self._number), life))

    def once(self, step: "Callable[..., Awaitable[None]]", *of: object, at: datetime) -> None:
        """Something happens once, at a moment."""

        async def life() -> Life:
            await step(self, *of)
            return
            yield

        self.begin(life(), at)

    async def walk(self, write: "Callable[[Year], Awaitable[None]]", told: Callable[[int], None]) -> None:
        """Let everything happen until now; at the end of each day `write` adds its part, and `told` hears of it."""
        days = 0
        while self._waiting:
            async with unit_of_work(self.database) as self.db:
                last = await self._one_day(clock.day_of(self._waiting[0][0]))
                with clock.at(last):
                    await write(self)
                    await self._end_of_day(last)
            days += 1
            told(days)

    async def _one_day(self, day: Any) -> datetime:
        moment = self.begins
        while self._waiting and clock.day_of(self._waiting[0][0]) == day:
            moment, _, life = heapq.heappop(self._waiting)
            with clock.at(moment):
                wakes = await anext(life, None)
            if wakes is not None:
                self.begin(life, max(wakes, moment).astimezone(UTC))
        return moment

    async def _end_of_day(self, moment: datetime) -> None:
        """Letters have gone to the catcher, notices were read: set-based, for nobody would wait for each."""
        if moment < self.now - timedelta(days=1):
            await self.db.flush()
            await self.db.execute(_CAUGHT)
            await self.db.execute(_NO_LONGER_TO_SEND)
        if moment < self.now - _READ_WITHIN:
            unread = update(Notification).where(Notification.read_at.is_(None))
            await self.db.execute(unread.values(read_at=moment))


_CAUGHT = text(
    """
    WITH gone AS (
        UPDATE service_message SET status = 'sent', attempts = 1, caught = true, version = version + 2,
            sent_at = created_at + interval '3 seconds', updated_at = created_at + interval '3 seconds'
        WHERE status = 'queued' RETURNING id, created_at
    )
    INSERT INTO lifecycle_history (id, resource, record_id, verb, source, target, clauses, account_id, at)
    SELECT gen_random_uuid(), 'message', id, verb, source, target, ARRAY['4.3.3'], NULL, created_at + after
    FROM gone CROSS JOIN (VALUES
        ('begin', 'queued', 'sending', interval '2 seconds'), ('deliver', 'sending', 'sent', interval '3 seconds')
    ) AS step (verb, source, target, after)
    """
)
_NO_LONGER_TO_SEND = text(
    """
    DELETE FROM procrastinate_jobs j USING service_message m
    WHERE j.task_name = 'zhidu.service.messages.send' AND j.status = 'todo'
      AND m.id = (j.args ->> 'message_id')::uuid AND m.status <> 'queued'
    """
)
