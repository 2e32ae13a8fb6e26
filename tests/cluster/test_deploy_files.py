"""What can be checked of deploy/ without an engine (see docs/deploy.md)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import yaml

from vejviser.launch.model import ROOT
from vejviser.launch.render import RUN, render
from vejviser.launch.tools import tool

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"


def documents() -> Iterator[Dict[str, Any]]:
    for name in yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]:
        yield from yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8"))


def one(kind: str, name: str) -> Dict[str, Any]:
    return next(d for d in documents() if d["kind"] == kind and d["metadata"]["name"] == name)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proxy")
    render(folder, ["127.0.0.1:1", "127.0.0.1:2"])
    return folder


def test_nginx_accepts_what_goes_into_its_container(rendered):
    config = rendered / "nginx.conf"
    here = config.read_text(encoding="utf-8").replace(RUN, str(rendered))
    config.write_text(here, encoding="utf-8")
    subprocess.run([tool("nginx"), "-t", "-q", "-c", str(config), "-e", "stderr"], check=True)


def test_redis_in_its_container_writes_no_file_either(rendered):
    lines = (rendered / "redis.conf").read_text(encoding="utf-8").splitlines()
    assert {'save ""', "appendonly no", "slowlog-max-len 0", "crash-log-enabled no"} <= set(lines)


def test_compose_opens_nothing_but_the_proxy_and_asks_for_its_secrets():
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["redis"]["networks"] == ["inside"]
    assert not any("volumes" in service for service in services.values())
    assert set(re.findall(r"\$\{(\w+):\?", text)) == {"VEJVISER_SECRET", "REDIS_PASSWORD"}
    rasa = services["rasa-1"]["environment"]
    assert set(re.findall(r"\$\{(\w+)\}", (ROOT / "endpoints.cluster.yml").read_text())) <= set(
        rasa
    )


def test_a_new_pod_gets_requests_only_when_its_model_and_actions_are_there():
    bot = one("Deployment", "bot")["spec"]
    rasa, actions = bot["template"]["spec"]["containers"]
    assert rasa["startupProbe"]["httpGet"]["path"] == "/ready"
    assert bot["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert rasa["readinessProbe"]["httpGet"]["path"] == "/health"  # help needs no action server
    given = {variable["name"] for variable in rasa["env"]}
    assert {"ACTION_SERVER_URL", "VEJVISER_REDIS_URL", "VEJVISER_SECRET"} <= given
    assert {"name": "SANIC_HOST", "value": "127.0.0.1"} in actions["env"]


def test_services_lead_to_pods_that_exist():
    pods = {d["metadata"]["name"]: d for d in documents() if d["kind"] == "Deployment"}
    for service in (d for d in documents() if d["kind"] == "Service"):
        labels = pods[service["metadata"]["name"]]["spec"]["template"]["metadata"]["labels"]
        assert service["spec"]["selector"] == labels


def test_no_pod_keeps_anything_on_a_disk():
    for pod in (d for d in documents() if d["kind"] == "Deployment"):
        spec = pod["spec"]["template"]["spec"]
        volumes: List[Dict[str, Any]] = spec.get("volumes", [])
        assert all(v["emptyDir"]["medium"] == "Memory" for v in volumes)
        for container in spec["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_everything_the_image_copies_exists():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
