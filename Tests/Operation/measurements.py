"""What Prometheus and Grafana are given: rules and their tests, configuration, dashboard, and the figures of a real server."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Clients"))
from part import Part, equal  # noqa: E402
from server import LIMITS, Server  # noqa: E402

PART = Part("measurements")
FOLDER = ROOT / "deploy/prometheus"
TOKEN = "0123456789abcdef0123456789abcdef"
NAME = re.compile(r"\b(?:latchkey|process)_[a-z0-9_]+")


def promtool(*words, folder=FOLDER, text=None):
    done = subprocess.run(["promtool", *words], cwd=folder, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "error" not in done.stderr.lower(), done.stdout + done.stderr


def reads_the_configuration():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("prometheus.yml", "latchkey.rules.yml"):
            shutil.copy(FOLDER / name, folder)
        pathlib.Path(folder, "latchkey-token").write_text(TOKEN)
        promtool("check", "config", "prometheus.yml", folder=folder)


def exported(server):
    """The server's figures after a sign-in, a refusal and a session."""
    assert server.post_form("/agentjoin/AgentView.aspx", server.credentials()).status == 303
    server.post_form("/agentjoin/AgentView.aspx", server.credentials() | {"loginkey": "$1$1$no"})
    server.visit("measured")
    answer = server.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    equal(answer.status, 200)
    return answer.text


def names(text):
    return set(re.findall(r"^([a-z_]+)", re.sub("^#.*", "", text, flags=re.M), re.M))


def queries():
    """Every query of the dashboard and of the rules."""
    def inside(value):
        if isinstance(value, dict):
            for key, part in value.items():
                if key in ("expr", "query") and isinstance(part, str):
                    yield part
                yield from inside(part)
        elif isinstance(value, list):
            for part in value:
                yield from inside(part)

    return list(inside(json.loads((ROOT / "deploy/grafana/latchkey.json").read_text())))


def asks_for_what_is_there(texts, known):
    asked = {name for text in texts for name in NAME.findall(text)}
    assert len(asked) > 5, asked
    equal(sorted(asked - known), [])


PART.check("the alert rules can be read", promtool, "check", "rules", "latchkey.rules.yml")
PART.check("each alert fires, and none without a cause", promtool, "test", "rules", "latchkey.rules.test.yml")
PART.check("the configuration can be read", reads_the_configuration)
LIMITS["LATCHKEY_METRICS_TOKEN"] = TOKEN
with Server() as server:
    figures = exported(server)
PART.check("the figures follow the conventions", lambda: promtool("check", "metrics", text=figures))
PART.check("the dashboard asks for what is exported", lambda: asks_for_what_is_there(queries(), names(figures)))
rules = [line for line in (FOLDER / "latchkey.rules.yml").read_text().splitlines() if "summary" not in line]
PART.check("the alerts ask for what is exported", lambda: asks_for_what_is_there(rules, names(figures)))
PART.end("promtool")
