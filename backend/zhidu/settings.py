"""Settings: typed, from the environment (`ZHIDU_…`) or an `.env` file; every one has a safe default or none."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between installations. Company choices (limits, calendars) live in the database."""

    model_config = SettingsConfigDict(env_prefix="ZHIDU_", env_file=".env", env_ignore_empty=True, extra="ignore")

    data_dir: Path = Field(Path("var"), description="Keys, files, the embedded server's data, audit anchors.")
    migrations_dir: Path = Field(
        Path(__file__).resolve().parents[2] / "migrations", description="Where an installed copy keeps the migrations."
    )
    database_url: str | None = Field(
        None, validation_alias="DATABASE_URL", description="postgresql://…; absent: the embedded PostgreSQL serves."
    )
    public_url: str = Field("http://127.0.0.1:8000", description="Address under which people and customers reach us.")
    host: str = "127.0.0.1"
    port: int = 8000
    web_dir: Path | None = Field(Path("frontend/dist"), description="The built SPA; absent when it is deployed apart.")
    cors_origins: list[str] = Field(default_factory=list, description="Origins of a SPA that is deployed apart.")
    trusted_proxies: list[str] = Field(default_factory=list, description="Whose X-Forwarded-For is believed.")
    worker_embedded: bool = Field(True, description="Run the jobs inside the API process, as `make run` does.")
    demo: bool = Field(False, description="A demonstration company: the sign-in page lists its accounts.")
    second_factor_required: bool = Field(
        True, description="Posts that approve money or see personal data must enrol a second factor; never in a demo."
    )

    pool_size: int = Field(8, ge=2, description="Connections for rules and writes.")
    read_pool_size: int = Field(8, ge=2, description="Connections of the read path.")
    pool_timeout_seconds: float = 2.0
    statement_timeout_seconds: int = 15
    lock_timeout_seconds: int = 3
    max_body_bytes: int = 1_000_000
    max_upload_bytes: int = 100_000_000
    collect_per_minute: int = Field(1200, description="Batches of web events that one address may send in a minute.")
    max_in_flight: int = Field(64, description="Requests worked on at once; more wait briefly, then get 503.")

    smtp_host: str | None = Field(None, description="Absent: the local catcher takes the mail (Outbox page).")
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: bool = False
    mail_from: str = "制度 Zhidu <no-reply@zhidu.example>"

    @property
    def asks_second_factor(self) -> bool:
        """Whether posts with a second factor must enrol it before anything else."""
        return self.second_factor_required and not self.demo


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
