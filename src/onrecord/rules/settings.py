"""What settings and baselines say that no longer holds, or never did."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import ChangeCheck, Check
from onrecord.rules.examples import CORPUS


class UnknownCode(Check):
    """The settings name a check that there is not, so that they change nothing: what was to be an
    error may pass, and what was to be ignored is still found."""

    title = "settings for a check that does not exist"
    message = "no check has the code {code}"
    hint = "{advice:plain}"
    passes = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {severity: {span-words-differ: warning}}\n",
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {severity: {span-word-differ: warning}}\n",
    }


class UnknownDemand(Check):
    """The settings demand a field that records do not have, or that they all have anyway. Nothing
    is checked, though somebody relies on it."""

    title = "a demand for a field that cannot be demanded"
    message = "{field} is no field that can be demanded"
    hint = "{advice:plain}"
    passes = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {require: [annotators, article.published]}\n",
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {require: [annotator]}\n",
    }
    fixed = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {require: [annotators]}\n",
    }


class BoundlessIgnore(Check):
    """An entry that says nothing of what it ignores would ignore everything. It ignores nothing
    until it says what it means."""

    title = "an ignore that does not say what it ignores"
    message = "this entry does not say what to ignore"
    hint = "give at least one of code, path, record and message"
    passes = {"harbour.yaml": "", "corpus.yaml": CORPUS + b"validation: {ignore: []}\n"}
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {ignore: [{reason: known}]}\n",
    }
    fixed = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {ignore: [{record: harbour.q1, reason: known}]}\n",
    }


class UnusedIgnore(Check):
    """What this entry ignores is no longer there. It has been mended, or the entry never fitted;
    left where it is, it will hide the next finding that it happens to fit."""

    severity = Severity.WARNING
    title = "an ignore that fits no finding"
    message = "this entry ignores nothing"
    hint = "delete it, or correct what it is to ignore"
    passes = {
        "harbour.yaml": "quotes: [{attribution: unattributed}]",
        "corpus.yaml": CORPUS
        + b"validation: {ignore: [{record: harbour.q1, reason: under review}]}\n",
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS
        + b"validation: {ignore: [{record: harbour.q1, reason: under review}]}\n",
    }
    fixed = {"harbour.yaml": "", "corpus.yaml": CORPUS + b"validation: {ignore: []}\n"}


class ExpiredIgnore(Check):
    """Somebody decided until when this may be ignored, and that day has passed. The entry ignores
    nothing any more: what it fitted is found again."""

    severity = Severity.WARNING
    title = "an ignore whose time is over"
    message = "this entry ignores nothing since {until:plain} has passed"
    hint = "mend what it ignored and delete it, or decide anew until when"
    passes = {
        "harbour.yaml": "quotes: [{attribution: unattributed}]",
        "corpus.yaml": CORPUS
        + b"validation: {ignore: [{record: harbour.q1, until: 9999-12-31, reason: asked}]}\n",
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS
        + b"validation: {ignore: [{record: harbour.q1, until: 2024-05-02, reason: asked}]}\n",
    }
    fixed = {"harbour.yaml": "", "corpus.yaml": CORPUS + b"validation: {ignore: []}\n"}


class StaleBaseline(Check):
    """The baseline tolerates findings that are no longer made, since they were mended. As long as
    they stand in it, the same defects can come back unseen."""

    title = "a baseline with findings that are no longer made"
    message = "{number} of the findings in the baseline are no longer made, first {first}"
    hint = "run onrecord validate with --write-baseline, and commit the shorter baseline"
    passes = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {baseline: baseline.json}\n",
        "baseline.json": b'{"baseline_version": "1", "findings": []}\n',
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {baseline: baseline.json}\n",
        "baseline.json": b"""\
{
  "baseline_version": "1",
  "findings": [
    {
      "code": "not-allowed",
      "file": "harbour.yaml",
      "record": "harbour.q1",
      "path": "type",
      "message": "type is \\"verbatim\\"",
      "fingerprint": "0123456789abcdef0123456789abcdef"
    }
  ]
}
""",
    }


class WeakenedSettings(ChangeCheck):
    """A change should not decide by itself what is found in it. This one adds or widens an ignore,
    adds to a baseline, lowers the severity of a check or drops a demand, so that something passes
    now that did not pass before. That can be right, and then somebody who reviews the change agrees
    to it.

    Only `--changed-since` reports it. Settings that the change brings do not apply to this check:
    its severity is that of the revision's settings."""

    severity = Severity.WARNING
    title = "a change that weakens the settings"
    message = "this change {what:plain}"
    hint = "review it apart from the data; only settings that are there already change this finding"
    before = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {severity: {duplicate-id: error}}\n",
    }
    passes = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS
        + b"validation: {severity: {duplicate-id: error, span-words-differ: error}}\n",
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {severity: {duplicate-id: off}}\n",
    }
