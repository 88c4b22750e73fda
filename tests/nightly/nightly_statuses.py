"""Made-up statuses for the page and the lines: one of each state, and a hostile one."""

from report_summaries import EVIL

from importer.report.status import STATES, DistrictStatus, Hold, in_order


def status(name: str, state: str = "good", **changed: object) -> DistrictStatus:
    """A district that stands well but for what is changed."""
    told: DistrictStatus = {
        "name": name, "folder": f"/srv/importer/{name}", "time_zone": "America/Chicago",
        "state": state, "says": "", "fix": "", "turn": "2026-11-23T12:03:12Z",
        "outcome": "committed", "arrival": "2026-11-23T12:03:12Z", "commit": 41,
        "committed": "2026-11-23T12:03:12Z", "next_expected": "2026-11-24T12:00:00Z", "missed": "",
        "holds": [], "errors": [0, 0, 3, 0, 12, 0, 0, 0, 1, 0], "unsent": 0, "unsent_why": "",
        "given_up": 0,
    }  # fmt: skip
    return {**told, **changed}  # type: ignore[typeddict-item]


HELD: Hold = {
    "run": "000042-ab12cd34",
    "since": "2026-11-23T12:03:12Z",
    "why": ["PLAN-543 school is missing (0302:people)", "PLAN-508 column emptied"],
    "next": "importer show 000042-ab12cd34 -w /srv/importer/held",
}
NEVER = {
    "turn": "", "outcome": "", "arrival": "", "commit": 0, "committed": "", "next_expected": "",
    "errors": [],
}  # fmt: skip


def every_state() -> list[DistrictStatus]:
    """A district in each state, in their order."""
    made = [
        status("unreadable", "unreadable", says="district.toml is missing.",
               fix="Restore it from a backup.", **NEVER),
        status("failing", "failing", outcome="failed", unsent=2, given_up=1,
               says="The server sftp.oak.example can't be reached.",
               fix="To try at once: importer run /srv/importer/failing",
               unsent_why="The mail server smtp.oak.example:587 can't be reached (timed out)."),
        status("rejected", "rejected", outcome="rejected",
               fix="importer show 000043-00112233 -w /srv/importer/rejected"),
        status("held", "held", outcome="held", holds=[HELD]),
        status("missed", "missed", missed="2026-11-23T12:00:00Z", outcome="nothing",
               arrival="2026-11-20T12:03:12Z",
               fix="Ask the sender whether the export ran, and where to."),
        status("good"),
        status("new", "new", **NEVER),
        status("paused", "paused", says="Paused until 2027-01-03: winter break.", outcome="paused"),
        status("off", "off", says="district.toml says active = false.", next_expected=""),
    ]  # fmt: skip
    assert [d["state"] for d in made] == list(STATES)
    return in_order(made)


def hostile() -> list[DistrictStatus]:
    """A district whose every text is an attack."""
    hold: Hold = {"run": "r", "since": HELD["since"], "why": [EVIL], "next": EVIL}
    return [status(EVIL, "held", says=EVIL, fix=EVIL, unsent_why=EVIL, unsent=1, holds=[hold])]
