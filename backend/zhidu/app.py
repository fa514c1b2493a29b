"""The application: every domain's operations behind one gate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from zhidu.domains import ROUTERS
from zhidu.kernel import crypto
from zhidu.kernel.db import Database
from zhidu.kernel.http import Edge
from zhidu.kernel.listen import Listener
from zhidu.policy.guard import Gate, House, ReadTable, unguarded
from zhidu.policy.tokens import TokenKey
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
)
UPLOADS: tuple[str, ...] = ("/api/v1/files",)
# The SPA's own files only; antd writes its styles at run time.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
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


async def _reraise(_request: Request, error: Exception) -> Response:
    """Let the edge render it: one handler for every failure."""
    raise error


def create_app(settings: Settings, database_url: str) -> FastAPI:
    """The application for a database; refuses to exist with an operation without duty or a duty without operation."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        crypto.use(crypto.Keyring.load(settings.data_dir / "keys" / "fields.json", create=True))
        database = await Database.open(database_url, settings)
        listener = Listener(database_url)
        house = House(database, settings, TokenKey.kept_in(settings.data_dir / "keys"), listener)
        listener.subscribe(lambda message: house.forget() if message["type"] == "access" else None)
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

    app = FastAPI(
        title="Zhidu",
        version="1.0.0",
        summary="A company's regulation on online promotion and sales, made to run.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        exception_handlers={HTTPException: _reraise, RequestValidationError: _reraise},
        redirect_slashes=False,
        separate_input_output_schemas=False,
        routes=[route for router in (health, *ROUTERS) for route in router.routes],
    )
    wrong = [w for w in unguarded(app, PUBLIC) if "has no operation" not in w]  # until every domain stands
    if wrong:
        raise RuntimeError("the application may not start:\n" + "\n".join(wrong))
    app.state.reads = ReadTable(app)
    app.add_middleware(Gate, public=public)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-Match",
                "Idempotency-Key",
                "Accept-Language",
                "X-Zhidu-CSRF",
            ],
            expose_headers=["ETag", "X-Request-Id", "Idempotent-Replayed", "Content-Disposition", "Retry-After"],
            max_age=600,
        )
    app.add_middleware(
        Edge,
        max_body=settings.max_body_bytes,
        max_upload=settings.max_upload_bytes,
        uploads=UPLOADS,
        max_in_flight=settings.max_in_flight,
        page_policy=PAGE_POLICY,
    )
    return app


def public(method: str, path: str) -> bool:
    """Whether a request may pass without a token: a public door, or (outside the API) a file of the SPA."""
    return not path.startswith("/api/") or (method, path) in PUBLIC
