"""A redacted summary tells no name, no id, no value and no small count of a school."""

import json
import re

from report_summaries import clean, place, school, shown, typical

from importer.report.lines import lines
from importer.report.page import page
from importer.report.records import summary_json
from importer.report.redact import redacted
from importer.report.summary import Summary

CANARIES = ("Quillon", "Zephyrine", "qz-77001", "8675309", "Xanadu", "wq@canary.example", "0457")


def canary() -> Summary:
    """Canaries in every field that holds personal data, and in the texts that may quote it."""
    name, label, key, number, where, mail, school_id = CANARIES
    summary = typical()
    summary["verdict"]["sentence"] = f"{where} would lose 62 % of its people; 12 rows are held."
    summary["verdict"]["next"] = f"importer approve r1 --override {school_id}:enrollments"
    summary["files"][0]["note"] = f"Row 3 says {number}."
    summary["skipped"] = [{"code": "LINK-410", "because": f"{where} has no terms."}]
    for cause in summary["causes"]:
        cause["value"] = mail
        cause["says"] = f"“{mail}” of {name} is wrong."
        cause["says_redacted"] = "This is wrong."
        cause["fix"] = f"Write it otherwise than {mail}."
        cause["places"] = [place("students.csv", 9, "Email", v) for v in (mail, name, number)]
        cause["scope"] = f"{school_id}:enrollments"
    summary["schools"] = [school(school_id, where, 300), school("0458", "Other School", 15)]
    assert summary["plan"] is not None
    for group in summary["plan"]["groups"]:
        change = shown(
            f"{key} / {number}",
            f"{label} {name}",
            f"{label} left “{where}”; {key} is gone",
            ("email", mail, None),
            ("family_name", name, label),
            school=where,
        )
        group["shown"] = [change]
    return summary


def test_no_canary_survives_in_any_report() -> None:
    summary = canary()
    seen = page(summary) + lines(summary) + summary_json(summary)
    assert all(canary in seen for canary in CANARIES)  # else the test would be blind
    other = redacted(summary)
    told = page(other) + lines(other) + summary_json(other)
    assert [canary for canary in CANARIES if canary.lower() in told.lower()] == []
    assert "Redacted copy" in page(other) and "Redacted" in lines(other)


def test_what_is_no_secret_stays() -> None:
    other = redacted(canary())
    assert "12 rows are held" in other["verdict"]["sentence"]
    assert other["causes"][0]["places"][0] == place("students.csv", 9, "Email", "aa@aaaaaa.aaaaaaa")
    assert other["causes"][0]["scope"] == "School 1:enrollments"
    assert other["files"][2] == typical()["files"][2]


def test_small_counts_of_a_school_are_hidden_and_can_not_be_computed() -> None:
    summary = typical()
    summary["schools"] = [school("1", "A", 480), school("2", "B", 960), school("3", "C", 97)]
    schools = redacted(summary)["schools"]
    assert [line["sections"] for line in schools] == ["10+", 80, "<10"]
    assert [line["archive"] for line in schools] == [0, 0, 0]
    shown_counts = re.findall(r'"(?:people|held|add|edit|move)": ([0-9]+)', json.dumps(schools))
    assert not [n for n in shown_counts if 0 < int(n) < 10]


def test_the_original_is_untouched_and_redacting_twice_changes_nothing_more() -> None:
    summary = canary()
    once = redacted(summary)
    assert summary == canary()
    assert once["redacted"] and redacted(once)["schools"] == once["schools"]
    assert redacted(clean())["totals"] == clean()["totals"]
