"""The server process: it says where it is, and stops without waiting for those who only listen."""

import gc
import signal
import socket
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from zhidu.app import create_app
from zhidu.settings import Settings

# As many as some requests at once hold.
YOUNG_OBJECTS = 10_000


class Server(uvicorn.Server):
    """Uvicorn, which waits at its end for every open answer: streams are told to close first."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.app, self.ready = app, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        if not self.should_exit:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Whoever follows the stream is told; requests under way are finished."""
        house = getattr(self.app.state, "house", None)
        if house is not None:
            house.listener.tell({"type": "closing"})
        await super().shutdown(sockets)


def application(of: Settings, url: str) -> FastAPI:
    """The application as a process of its own serves it."""
    app = create_app(of, url)
    keep_what_is_made()
    return app


def keep_what_is_made() -> None:
    """What the start has made stays for ever: the collector of garbage need not look at half a million objects again,
    and looks for the short-lived ones of requests less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def serve(of: Settings, url: str, welcome: Sequence[str] = ()) -> None:
    """Serve until SIGINT or SIGTERM; both return from here, so that the caller can put away what it started."""
    app = application(of, url)
    config = uvicorn.Config(
        app, host=of.host, port=of.port, loop="uvloop", http="httptools", access_log=False, server_header=False,
        date_header=True, timeout_graceful_shutdown=15, log_config=None,
    )  # fmt: skip
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        Server(config, app, lambda: print("\n".join(welcome), flush=True)).run()
    except KeyboardInterrupt:
        pass  # uvicorn has stopped in good order, and raises again what it was told by
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> Any:
    raise KeyboardInterrupt
