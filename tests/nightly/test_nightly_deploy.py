"""docs/deploy: what is there to copy can be read by those it is for."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from importer import settings
from importer.report.status import STATES

DOCS = Path(__file__).parents[2] / "docs"
DEPLOY = DOCS / "deploy"
COMMAND = "importer run-all /srv/importer --jobs 2 --no-wait"


def _unit(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / name).read_text("utf-8"))
    return parser


def test_the_systemd_units_say_what_they_must() -> None:
    service, timer = _unit("importer.service"), _unit("importer.timer")
    assert service["Service"]["ExecStart"].endswith(COMMAND)
    assert service["Service"]["SuccessExitStatus"] == "3"
    assert timer["Timer"]["OnCalendar"] == "*:0/10"
    assert timer["Install"]["WantedBy"] == "timers.target"


needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze"
)


def _analyze(*arguments: str | Path) -> str:
    command = ["systemd-analyze", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout + done.stderr


@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("importer.service", "importer.timer"):
        text = (DEPLOY / name).read_text("utf-8")
        text = text.replace("/opt/importer/bin/importer run-all", "/bin/true run-all")
        (tmp_path / name).write_text(text.replace("User=importer\nGroup=importer\n", ""))
    said = _analyze("verify", tmp_path / "importer.timer", tmp_path / "importer.service")
    assert not [line for line in said.splitlines() if "importer." in line]
    (tmp_path / "importer.service").write_text(
        (tmp_path / "importer.service").read_text().replace("ProtectHome=yes", "ProtectHome=maybe")
    )
    said = _analyze("verify", tmp_path / "importer.service")
    assert "protect home" in said  # it is not blind


@needs_systemd
def test_the_service_is_as_closed_as_it_says() -> None:
    """“Overall exposure level … 1.5 OK”; a service without any of it has 9.6."""
    said = _analyze("security", "--offline=yes", "--no-pager", DEPLOY / "importer.service")
    level = re.search(r"Overall exposure level for \S+ (\d+\.\d)", said.replace(":", ""))
    assert level and float(level[1]) <= 2.0, said[-300:]


@needs_systemd
def test_systemd_knows_the_hours(tmp_path: Path) -> None:
    for when in ("*:0/10", "Mon..Fri 06:15 America/Chicago"):
        assert when in (DEPLOY / "importer.timer").read_text("utf-8")
        assert "Next elapse" in _analyze("calendar", when)


def test_the_crontab_has_one_job_in_the_form_of_cron_d() -> None:
    text = (DEPLOY / "importer.cron").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    jobs = [line for line in lines if not re.match(r"[A-Z]+=", line)]
    found = re.fullmatch(r"((?:[\d*/,-]+ ){5})(\w+) (.+)", jobs[0])
    assert len(jobs) == 1 and found
    assert (found[1].strip(), found[2]) == ("*/10 * * * *", "importer")
    assert COMMAND in found[3] and "%" not in found[3]  # which cron takes for a new line
    assert text.endswith("\n")  # or cron leaves the last line out


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (3, 0), (4, 1), (70, 1)])
def test_a_hold_is_no_failure_of_the_machine(tmp_path: Path, code: int, ends: int) -> None:
    """The commands as they stand, with a stand-in for importer that ends as asked."""
    stand_in = tmp_path / "importer"
    stand_in.write_text(f"#!/bin/sh\nexit {code}\n")
    stand_in.chmod(0o755)
    (tmp_path / "secrets.env").write_text("IMPORTER_SMTP_PASSWORD='x y'\n")
    cron = (DEPLOY / "importer.cron").read_text("utf-8").splitlines()[-1].split(" ", 6)[6]
    cron = cron.replace("/etc/importer", str(tmp_path)).replace("/srv/importer/.cron", "/dev/null")
    pod = _cronjob()["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    for command in (["/bin/sh", "-c", cron], pod["command"]):
        assert subprocess.run(command, env=path, timeout=30, check=False).returncode == ends


def _cronjob() -> dict[str, Any]:
    text = (DEPLOY / "importer-cronjob.yaml").read_text("utf-8")
    documents = [_yaml(part) for part in text.split("---\n")]
    assert [one["kind"] for one in documents] == ["PersistentVolumeClaim", "CronJob"]
    return dict(documents[1])


def test_the_cronjob_hangs_together() -> None:
    job = _cronjob()
    assert (job["apiVersion"], job["spec"]["concurrencyPolicy"]) == ("batch/v1", "Forbid")
    assert job["spec"]["schedule"] == "*/10 * * * *" and job["spec"]["timeZone"] == "Etc/UTC"
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == "importer-workspaces"
    assert COMMAND in container["command"][2]
    assert pod["securityContext"]["runAsNonRoot"] == "true"
    assert pod["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]


def _yaml(text: str) -> Any:
    """The little of YAML that the file uses; anything else is an error here."""
    lines = [(len(one) - len(one.lstrip(" ")), one.strip()) for one in text.splitlines()
             if one.strip() and not one.lstrip().startswith("#")]  # fmt: skip
    assert "\t" not in text
    value, rest = _block(lines, lines[0][0])
    assert rest == []
    return value


def _block(lines: list[tuple[int, str]], depth: int) -> tuple[Any, list[tuple[int, str]]]:
    if lines[0][1].startswith("- "):
        items = []
        while lines and lines[0][0] == depth and lines[0][1].startswith("- "):
            inner = lines[0][1][2:]
            if re.match(r"\w+:( |$)", inner):
                value, lines = _block([(depth + 2, inner), *lines[1:]], depth + 2)
            else:
                value, lines = _scalar(inner), lines[1:]
            items.append(value)
        return items, lines
    made: dict[str, Any] = {}
    while lines and lines[0][0] == depth and not lines[0][1].startswith("- "):
        found = re.fullmatch(r"(\w+):(?: (.+))?", lines[0][1])
        assert found and found[1] not in made, lines[0]
        if found[2] is not None:
            made[found[1]], lines = _scalar(found[2]), lines[1:]
        else:
            assert lines[1][0] == depth + 2, lines[1]
            made[found[1]], lines = _block(lines[1:], depth + 2)
    return made, lines


def _scalar(text: str) -> Any:
    if text == "{}":
        return {}
    quoted = re.fullmatch(r'"([^"\\]*)"', text)
    assert quoted or re.fullmatch(r"[\w./-]+", text), text
    return quoted[1] if quoted else text


# --- docs/nightly.md -----------------------------------------------------------------------------

PAGE = (DOCS / "nightly.md").read_text("utf-8")


def test_what_the_page_shows_as_settings_can_be_read() -> None:
    shown = "\n".join(re.findall(r"```toml\n(.*?)```", PAGE, re.S))
    policy = settings.read(shown)
    assert policy.schedule.expected == "06:00" and policy.webhook.url.startswith("https://")
    told = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    assert {*policy.notify.on, "committed", "every"} == set(told)


def test_the_page_tells_every_state_and_links_to_what_is_there() -> None:
    table = PAGE.partition("| state | sign |")[2]
    for state, (sign, *_) in STATES.items():
        assert re.search(rf"^\|[^|]*\b{state}\b[^|]*\| {re.escape(sign)} \|", table, re.M), state
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (DOCS / link).is_file(), link
