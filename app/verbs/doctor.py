"""`doctor`: what is right and wrong with this machine, from the command line."""

from __future__ import annotations

import argparse

from app.doctor import Patient, State, examine, worst
from app.exits import Exit
from app.verbs.docks import home_of
from app.verbs.output import Output

WORDS = {State.RIGHT: "right", State.WARN: "warning", State.WRONG: "WRONG", State.UNKNOWN: "unknown"}


def run(args: argparse.Namespace, output: Output) -> int:
    """Tell every finding, one a line. A warning is no failure, what is wrong is."""
    with home_of(args) as home:
        findings = examine(Patient(home))
    for finding in findings:
        act = f" {finding.what_to_do}" if finding.what_to_do else ""
        output.result(finding, f"{WORDS[finding.state]:<8} {finding.title:<20} {finding.words}{act}")
    return Exit.UNHEALTHY if worst(findings) is State.WRONG else Exit.DONE
