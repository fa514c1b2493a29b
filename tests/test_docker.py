"""The deployment's files hold what they promise: checked by parsing, for no container engine is needed to read them."""

import re
from pathlib import Path

import yaml

DOCKER = Path(__file__).parents[1] / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
DOCKERFILE = (DOCKER / "Dockerfile").read_text()


def test_every_service_of_ours_runs_read_only_without_privileges():
    for name in ("migrate", "api", "worker", "web"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_no_image_ends_as_root_and_each_is_checked_for_health():
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.M)[1:]
    final = {stage.split()[2]: stage for stage in stages if stage.split()[2] in ("api", "web")}
    assert "USER 10001" in final["api"]
    assert "nginx-unprivileged" in final["web"]
    assert all("HEALTHCHECK" in stage for stage in final.values())


def test_no_secret_has_a_default():
    text = (DOCKER / "compose.yaml").read_text()
    for secret in re.findall(r"\$\{(\w*(?:PASSWORD|KEY|SECRET)\w*)([^}]*)\}", text):
        assert secret[1].startswith(":?"), secret


def test_services_wait_for_what_they_need():
    for name in ("api", "worker"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert COMPOSE["services"]["web"]["depends_on"]["api"]["condition"] == "service_healthy"


def test_the_proxy_passes_every_public_door():
    from zhidu.app import PUBLIC

    pattern = re.search(r"location ~ (\S+)", (DOCKER / "nginx.conf").read_text())
    assert pattern is not None
    for _, path in PUBLIC:
        if path != "/metrics":  # for the operator's network only
            assert re.match(pattern.group(1), path), path
