"""The production shape is valid, pinned, and starts only when it is told everything."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
PRODUCTION = {
    "SITE_MODE": "production",
    "SITE_URL": "https://shop.example.org",
    "ALLOWED_HOSTS": "shop.example.org",
    "SECRET_KEY": "s3cret-" * 10,
    "DATABASE_URL": "postgresql://oasis:word@127.0.0.1:1/oasis",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "x" * 40,
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "shop@example.org",
    "DISPUTE_ANSWER_DAYS": "15",
}


def manage(*arguments: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=bare | {"VAR_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_docker_compose_is_valid_by_the_compose_specification() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_the_schema_refuses_a_broken_compose_file(tmp_path: Path) -> None:
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE.read_text().replace("healthcheck:", "heathcheck:"))

    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(broken)],
        capture_output=True,
        check=False,
    )

    assert done.returncode != 0


def test_every_image_is_pinned_to_a_version() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    images = [service["image"] for service in services.values() if "image" in service]
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert images and bases
    for image in images + bases:
        assert re.search(r":[0-9]+\.[0-9]+", image), image


def test_the_check_for_deployment_is_clean_on_production_settings(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "SITE_URL",
        "ALLOWED_HOSTS",
        "SECRET_KEY",
        "DATABASE_URL",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "DISPUTE_ANSWER_DAYS",
    ],
)
def test_production_does_not_start_without(name: str, tmp_path: Path) -> None:
    left = {key: value for key, value in PRODUCTION.items() if key != name}

    done = manage("check", tmp_path=tmp_path, **left)

    assert done.returncode != 0
    assert f"{name} is missing" in done.stderr
    assert "docs/running.md" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "99999"),
        ("PORT", "８０００"),
        ("SITE_MODE", "prodution"),
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "mysql://a/b"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("STRIPE_API_BASE", "localhost:12111"),
        ("SECRET_KEY", "short"),
        ("STRIPE_WEBHOOK_SECRET", "short"),
    ],
)
def test_a_senseless_setting_stops_the_start_and_is_named(name: str, value: str, tmp_path: Path) -> None:
    done = manage("check", tmp_path=tmp_path, **{name: value})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_the_lock_file_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert "://" not in lock
    assert "--hash=sha256:" in lock
