"""`zhidu serve | worker | migrate | openapi | backup | restore | audit | admin`: what an operator types."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from alembic import command
from alembic.config import Config

from zhidu.settings import Settings, settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def migrate_to_head(url: str) -> None:
    """Bring a database to the newest revision."""
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(settings().migrations_dir))
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


@app.command()
def backup(path: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write database, files and audit anchors to one file. The keys are not in it: keep them apart."""
    from zhidu.kernel.backup import CannotBackUp, back_up

    of = settings()
    try:
        made = back_up(of, database_url(of), path)
    except CannotBackUp as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{made.path}: {made.size:,} bytes, {made.files} files, sha256 {made.sha256}")
    typer.echo(f"Not in it: {of.data_dir / 'keys'}. Keep the keys apart; without them the backup cannot be read.")


@app.command()
def restore(path: Annotated[Path, typer.Argument(help="A file that `zhidu backup` wrote.")]) -> None:
    """Bring a backup back into an empty database; a damaged one is refused before anything changes."""
    from zhidu.kernel.backup import CannotBackUp, CannotRestore
    from zhidu.kernel.backup import restore as bring_back

    of = settings()
    try:
        said = bring_back(of, database_url(of), path)
    except (CannotRestore, CannotBackUp) as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None
    migrate_to_head(database_url(of))
    for line in [*said, "Restored. Look at the audit with `zhidu audit verify`."]:
        typer.echo(line)


audit = typer.Typer(no_args_is_help=True, help="The chain of the audit.")
app.add_typer(audit, name="audit")


@audit.command("verify")
def verify_audit(
    database: Annotated[
        str | None, typer.Option("--database-url", help="Another database than the configured.")
    ] = None,
) -> None:
    """Walk the chain and compare it with its anchors; ends with 1 if anything is not as it was sealed. Reads only."""
    import asyncpg

    from zhidu.kernel import seal

    of = settings()
    url = database or database_url(of)

    async def walk() -> seal.Verdict:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return await seal.verify(connection, of)
        finally:
            await connection.close()

    try:
        verdict = asyncio.run(walk())
    except seal.NoKey as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(2) from None
    for finding in verdict.findings:
        typer.echo(f"{finding.fault} at {finding.seq}: entry {finding.entry_id or '-'}")
    anchored = f"anchored up to {verdict.head.seq} at {verdict.head.at}" if verdict.head else "without any anchor"
    outcome = "whole" if verdict.ok else f"BROKEN, {verdict.faults} faults"
    typer.echo(f"{verdict.entries} entries, {anchored}, {verdict.unsealed} not yet sealed: {outcome}")
    raise typer.Exit(0 if verdict.ok else 1)


@audit.command("anchor")
def anchor_audit() -> None:
    """Seal what waits, write the head down for good, and print it, to be kept wherever you like."""
    from zhidu.kernel import seal
    from zhidu.kernel.anchors import Anchor
    from zhidu.kernel.db import Database

    of = settings()
    url = database_url(of)

    async def write_down() -> Anchor | None:
        database = await Database.open(url, of)
        try:
            await seal.seal(database)
            return await seal.anchor(database)
        finally:
            await database.close()

    try:
        head = asyncio.run(write_down())
    except (seal.ChainBroken, seal.NoKey) as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{head.seq} {head.hash} {head.at}" if head else "Nothing is sealed yet, or is just being.")


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
