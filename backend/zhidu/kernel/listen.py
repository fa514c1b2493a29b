"""What other processes say through PostgreSQL's NOTIFY: access has changed, a record has changed."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from zhidu.kernel.db import CHANNEL

log = structlog.get_logger(__name__)
Message = dict[str, Any]


class Listener:
    """One connection that listens, reconnects, and hands each message to whoever subscribed in this process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._subscribers: set[Callable[[Message], None]] = set()
        self._task: asyncio.Task[None] | None = None

    def subscribe(self, receive: Callable[[Message], None]) -> Callable[[], None]:
        """Call `receive` for each message until the returned function is called."""
        self._subscribers.add(receive)
        return lambda: self._subscribers.discard(receive)

    def tell(self, message: Message) -> None:
        """Hand a message to the subscribers of this process."""
        for receive in list(self._subscribers):
            receive(message)

    async def start(self) -> None:
        """Begin to listen in the background."""
        self._task = asyncio.create_task(self._listen(), name="listener")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                connection = await asyncpg.connect(self.url, timeout=5)
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
                await connection.add_listener(
                    CHANNEL, lambda _c, _pid, _channel, payload: self.tell(json.loads(str(payload)))
                )
                # What was said while nobody listened is unknown: what is remembered is forgotten, what is shown is old.
                self.tell({"type": "access"})
                self.tell({"type": "resumed"})
                try:
                    await lost.wait()
                finally:
                    with suppress(Exception):
                        await asyncio.wait_for(connection.close(), 2)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("listener_away", reason=type(error).__name__)
            self.tell({"type": "access"})
            await asyncio.sleep(1)
