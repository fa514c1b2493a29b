"""The application: every domain's operations behind one gate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from zhidu.domains import ROUTERS
from zhidu.kernel import crypto
from zhidu.kernel.db import Database
from zhidu.kernel.http import Edge
from zhidu.kernel.listen import Listener
from zhidu.kernel.pages import Pages
from zhidu.policy.guard import Gate, House, ShortWays, unguarded
from zhidu.policy.tokens import TokenKey
from zhidu.regulation import limits
from zhidu.settings import Settings
from zhidu.worker import keep_working, stopped

log = structlog.get_logger(__name__)

# The doors without sign-in, one explicit list. Everything else needs a token and names a duty.
PUBLIC: tuple[tuple[str, str], ...] = (
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("POST", "/api/v1/auth/sign-in"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/sign-out"),
    ("GET", "/api/v1/demo/accounts"),
    ("GET", "/l/{code}"),
    ("GET", "/forms/{key}"),
    ("POST", "/forms/{key}"),
    ("GET", "/f/{key}"),
    ("GET", "/f/{key}/thanks"),
    ("POST", "/f/{key}"),
    ("GET", "/t.js"),
    ("POST", "/collect"),
    ("OPTIONS", "/collect"),
)
UPLOADS: tuple[str, ...] = ("/api/v1/files",)
# The SPA's own files only.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

health = APIRouter(tags=["health"], include_in_schema=False)


@health.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz")
async def ready(request: Request) -> Response:
    """The process can reach its database."""
    house: House = request.app.state.house
    async with house.database.sessions() as db:
        await db.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok"})


@health.get("/metrics")
async def metrics() -> Response:
    """Prometheus' view of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Application(FastAPI):
    """The framework's application behind our own edge and gate; a read is answered before the framework."""

    front: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Requests come in at the front; the lifespan is the framework's."""
        if scope["type"] == "http":
            scope["app"] = self
            await self.front(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, database_url: str) -> FastAPI:
    """The application for a database; refuses to exist with an operation without duty or a duty without operation."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        crypto.use(crypto.Keyring.load(settings.data_dir / "keys" / "fields.json", create=True))
        database = await Database.open(database_url, settings)
        listener = Listener(database_url)
        house = House(database, settings, TokenKey.kept_in(settings.data_dir / "keys"), listener)
        listener.subscribe(lambda message: house.forget() if message["type"] == "access" else None)
        listener.subscribe(limits.heard)
        await listener.start()
        app.state.house = house
        worker = asyncio.create_task(keep_working(database), name="worker") if settings.worker_embedded else None
        try:
            yield
        finally:
            if worker is not None:
                await stopped(worker)
            await listener.stop()
            await database.close()

    app = Application(
        title="Zhidu",
        version="1.0.0",
        summary="A company's regulation on online promotion and sales, made to run.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        routes=[route for router in (health, *ROUTERS) for route in router.routes],
    )
    wrong = unguarded(app, PUBLIC)
    if wrong:
        raise RuntimeError("the application may not start:\n" + "\n".join(wrong))
    app.state.short_ways = ShortWays(app)
    # The framework's own layers for failures are left out: the edge renders every one of them.
    front: ASGIApp = Gate(AsyncExitStackMiddleware(app.router), public=public)
    if settings.web_dir is not None and settings.web_dir.is_dir():
        front = Pages(front, settings.web_dir, taken={first_segment(route) for route in app.routes})
    app.front = Edge(
        front,
        max_body=settings.max_body_bytes,
        max_upload=settings.max_upload_bytes,
        uploads=UPLOADS,
        max_in_flight=settings.max_in_flight,
        page_policy=PAGE_POLICY,
    )
    if settings.cors_origins:
        # Outside the edge, so that a SPA of another origin can read a refusal too.
        app.front = CORSMiddleware(
            app.front,
            allow_origins=settings.cors_origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Accept-Language", "X-Zhidu-CSRF",
            ],
            expose_headers=["ETag", "X-Request-Id", "Idempotent-Replayed", "Content-Disposition", "Retry-After"],
            max_age=600,
        )  # fmt: skip
    return app


def first_segment(route: BaseRoute) -> str:
    """`api` of /api/v1/sales/leads: what begins so is the API's, never a page of the SPA."""
    return str(getattr(route, "path", "")).lstrip("/").partition("/")[0]


def public(method: str, path: str) -> bool:
    """Whether a request may pass without a token: a public door, or (outside the API) a file of the SPA."""
    return not path.startswith("/api/") or (method, path) in PUBLIC
