"""What the operator sets: the example, compose and the settings name the same."""

import re
from typing import Any

import pytest

from center.checks import missing_in_production
from tests.center.deployment.files import (
    OF_BASE_BACKUPS,
    OF_COMPOSE,
    OF_DEVELOPMENT,
    OF_GUNICORN,
    OF_THE_IMAGE,
    OURS,
    REFERENCE,
    SECRET_NAME,
    WEBS,
    example_variables,
    references,
    settings_variables,
    text_of,
)


@pytest.mark.parametrize("name", OURS)
def test_every_variable_passed_to_ours_is_one_somebody_reads(services: Any, name: str) -> None:
    read = settings_variables() | (OF_GUNICORN if name in WEBS else set())

    assert set(services[name]["environment"]) - read == set()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_production_requires_is_passed(services: Any, name: str) -> None:
    passed = services[name]["environment"]

    assert missing_in_production(key for key, value in passed.items() if value) == []
    assert passed["ENVIRONMENT"] == "production"


def test_every_setting_can_be_set_in_production(services: Any) -> None:
    settable = set(services["web"]["environment"]) | OF_THE_IMAGE | OF_DEVELOPMENT

    assert settings_variables() - settable == set()


def test_example_names_every_variable_of_compose_and_no_other(compose: Any) -> None:
    passed_on = {
        name
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }

    assert set(example_variables()) == passed_on | set(references(text_of("docker-compose.yml")))
    assert set(example_variables()) - settings_variables() == (
        OF_GUNICORN | OF_COMPOSE | OF_BASE_BACKUPS
    )


def test_every_variable_of_base_backups_is_passed_and_read(services: Any) -> None:
    passed = {name for name in services["base-backup"]["environment"] if name.startswith("BASE_")}

    assert passed == OF_BASE_BACKUPS
    assert set(re.findall(r"\$\{(BASE_\w+):-", text_of("deploy/base-backup.sh"))) == passed


def test_example_leaves_what_is_needed_empty_and_the_rest_as_it_is(compose: Any) -> None:
    needed = {
        name
        for name, without in references(text_of("docker-compose.yml")).items()
        if without == "?"
    }
    example = example_variables()

    assert {name for name, (used, _value) in example.items() if used} == needed
    assert {name: example[name][1] for name in needed} == dict.fromkeys(needed, "")


def test_secrets_come_from_the_environment_only(services: Any) -> None:
    secrets = {
        (service, name): value
        for service in services
        for name, value in services[service].get("environment", {}).items()
        if SECRET_NAME.search(name) and value is not None
    }

    assert secrets
    for value in secrets.values():
        assert "?" in references(value).values()
        assert set(re.findall(r"//\w*:(.*)@", REFERENCE.sub("$", value))) <= {"$"}
    assert "${REDIS_PASSWORD:?must be set}" in services["redis"]["command"]
