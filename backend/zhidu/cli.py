"""What an operator types: `zhidu run`, `serve`, `worker`, `migrate`, `demo`, `openapi`, `backup`, `restore` ..."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from alembic import command
from alembic.config import Config

from zhidu.settings import Settings, settings

if TYPE_CHECKING:
    from zhidu.org.demonstration import DemoAccount

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


@contextmanager
def database_for(of: Settings) -> Iterator[str]:
    """The configured database; or the embedded one for the time of the block, unless it ran before."""
    if of.database_url:
        yield of.database_url
        return
    from zhidu.kernel import embedded

    with embedded.serving(of.data_dir / "postgres") as url:
        yield url


def bring_up_to_date(of: Settings, url: str) -> None:
    """The newest revision; and a company that has no regulation yet begins with the one that is shipped."""
    migrate_to_head(url)
    asyncio.run(_seed(of, url))


async def _seed(of: Settings, url: str) -> None:
    import zhidu.domains  # noqa: F401 - every table registers itself
    from zhidu.kernel.db import Database
    from zhidu.kernel.work import unit_of_work
    from zhidu.regulation import clauses

    database = await Database.open(url, of)
    try:
        async with unit_of_work(database, clauses=("1.1",), action="create") as db:
            await clauses.seed(db)
    finally:
        await database.close()


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision; a new company gets the regulation as it is shipped."""
    of = settings()
    bring_up_to_date(of, database_url(of))


@app.command()
def run() -> None:
    """Everything up on one address: database, migrations, (with ZHIDU_DEMO) the demo company, API, worker, SPA."""
    of = settings()
    with database_for(of) as url:
        bring_up_to_date(of, url)
        people = _demonstrate(of, url, may_be_earnest=True) if of.demo else ()
        _serve(of, url, _welcome(of, people))


@app.command()
def serve() -> None:
    """Serve the API (and the SPA, where it is built). A configured database is migrated by `zhidu migrate` alone."""
    of = settings()
    with database_for(of) as url:
        if not of.database_url:
            bring_up_to_date(of, url)
        _serve(of, url, ())


def _serve(of: Settings, url: str, welcome: Sequence[str]) -> None:
    from zhidu import server
    from zhidu.kernel import logs

    logs.set_up()
    server.serve(of, url, welcome)


@app.command()
def demo() -> None:
    """Fill an empty database with a demonstration company and its last year."""
    of = settings()
    with database_for(of) as url:
        bring_up_to_date(of, url)
        for line in _signs_in(_demonstrate(of, url)):
            typer.echo(line)


def _demonstrate(of: Settings, url: str, *, may_be_earnest: bool = False) -> "Sequence[DemoAccount]":
    """The people of the demonstration, made if the database is empty."""
    import uvloop

    from zhidu import demo as demonstration

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            made = runner.run(demonstration.fill(of, url, say=typer.echo))
    except demonstration.NotEmpty as reason:
        typer.echo(str(reason), err=True)
        if may_be_earnest and not reason.half_made:
            return ()
        raise typer.Exit(1) from None
    if not made.fresh:
        typer.echo("The demonstration company is there already; nothing was changed.")
    return made.people


def _welcome(of: Settings, people: "Sequence[DemoAccount]") -> list[str]:
    address = of.public_url if "public_url" in of.model_fields_set else f"http://{of.host}:{of.port}"
    return ["", f"  Zhidu  {address}", "", *_signs_in(people), "  Ctrl+C stops everything.", ""]


def _signs_in(people: "Sequence[DemoAccount]") -> list[str]:
    from zhidu.org.demonstration import PASSWORD

    if not people:
        return []
    lines = [f"  {one.login:<16}{one.name}  {one.post.title.zh} ({one.post.title.en})" for one in people]
    return ["  Sign in as any of them; the password of all is", f"    {PASSWORD}", "", *lines, ""]


@app.command()
def revision(message: Annotated[str, typer.Argument(help="What changes.")]) -> None:
    """Draft a migration from the difference between the database and the code."""
    command.revision(alembic_config(database_url(settings())), message=message, autogenerate=True)


@app.command()
def openapi(path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("openapi.yaml")) -> None:
    """Write the contract."""
    from zhidu.app import create_app
    from zhidu.contract import contract, write

    write(contract(create_app(Settings(web_dir=None, _env_file=None), "postgresql://nowhere/none")), path)


@app.command()
def lifecycles(path: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("docs/lifecycles.md")) -> None:
    """Draw every lifecycle."""
    import zhidu.domains  # noqa: F401 - every domain declares its own
    from zhidu.kernel.lifecycle import chart_book

    path.write_text(chart_book(), encoding="utf-8")


@app.command()
def worker() -> None:
    """Do the background jobs."""
    from zhidu.kernel import logs
    from zhidu.worker import main

    logs.set_up()
    of = settings()
    asyncio.run(main(of, database_url(of)))


@app.command()
def recount() -> None:
    """Count the funnel anew from its facts, after a correction that went around the rules."""
    from zhidu.analytics import rollups
    from zhidu.kernel.db import Database
    from zhidu.kernel.work import unit_of_work

    of = settings()
    url = database_url(of)

    async def count() -> int:
        database = await Database.open(url, of)
        try:
            async with unit_of_work(database, clauses=("5.2.2",), action="recount") as db:
                return await rollups.recompute_all(db)
        finally:
            await database.close()

    typer.echo(f"{asyncio.run(count())} days were counted anew.")


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
