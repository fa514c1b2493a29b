"""`zhidu serve | worker | migrate | openapi | admin create`: what an operator types."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from alembic import command
from alembic.config import Config

from zhidu.settings import Settings, settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
ROOT = Path(__file__).resolve().parents[2]


def migrate_to_head(url: str) -> None:
    """Bring a database to the newest revision."""
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def database_url(of: Settings) -> str:
    """The configured database, or the embedded one, started."""
    if of.database_url:
        return of.database_url
    from zhidu.kernel import embedded  # only here: a deployment with a server of its own does not carry the wheel

    return embedded.start(of.data_dir / "postgres")


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    migrate_to_head(database_url(settings()))


@app.command()
def serve() -> None:
    """Serve the API (and the SPA, where it is built)."""
    import uvicorn

    from zhidu.app import create_app
    from zhidu.kernel import logs

    logs.set_up()
    of = settings()
    uvicorn.run(
        create_app(of, database_url(of)), host=of.host, port=of.port, loop="uvloop", http="httptools",
        access_log=False, server_header=False, date_header=True, timeout_graceful_shutdown=15, log_config=None,
    )  # fmt: skip


@app.command()
def openapi(path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("openapi.yaml")) -> None:
    """Write the contract."""
    from zhidu.app import create_app
    from zhidu.contract import contract, write

    write(contract(create_app(Settings(web_dir=None, _env_file=None), "postgresql://nowhere/none")), path)


@app.command()
def worker() -> None:
    """Do the background jobs."""
    from zhidu.kernel import logs
    from zhidu.worker import main

    logs.set_up()
    of = settings()
    asyncio.run(main(of, database_url(of)))


admin = typer.Typer(no_args_is_help=True, help="Who runs the system.")
app.add_typer(admin, name="admin")


@admin.command("create")
def create_admin(
    login: Annotated[str, typer.Option(help="What he signs in with.")],
    name: Annotated[str, typer.Option(help="His name.")],
    again: Annotated[bool, typer.Option("--again", help="Though an active administrator exists.")] = False,
) -> None:
    """Make an administrator. The password is asked on the terminal, or read from ZHIDU_ADMIN_PASSWORD."""
    from zhidu.kernel.problem import Problem

    password = os.environ.get("ZHIDU_ADMIN_PASSWORD") or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    try:
        asyncio.run(_create_admin(settings(), login=login, name=name, password=password, again=again))
    except Problem as problem:
        for detail in [error.detail for error in problem.errors] or [problem.detail]:
            typer.echo(f"{detail.zh}\n{detail.en}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{login} can sign in, and is asked first for a second factor.")


async def _create_admin(of: Settings, *, login: str, name: str, password: str, again: bool) -> None:
    import zhidu.domains  # noqa: F401 - every table registers itself
    from zhidu.kernel import crypto
    from zhidu.kernel.db import Database
    from zhidu.kernel.work import unit_of_work
    from zhidu.org.administrators import create_administrator

    crypto.use(crypto.Keyring.load(of.data_dir / "keys" / "fields.json", create=True))
    database = await Database.open(database_url(of), of)
    try:
        async with unit_of_work(database, clauses=("7.3.2",), action="create") as db:
            await create_administrator(db, login=login, name=name, password=password, again=again)
    finally:
        await database.close()


if __name__ == "__main__":
    app()
