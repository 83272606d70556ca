"""Settings and baselines: entries that have no effect any more, or never had one."""

from onrecord.findings import Severity
from onrecord.rules.base import ChangeCheck, Check
from onrecord.rules.examples import with_corpus


class UnknownCode(Check):
    """Report settings for checks that do not exist.

    The settings have no effect: what should be an error may pass, and what should be ignored is
    still reported."""

    title = "settings for a check that does not exist"
    message = "no check has the code {code}"
    hint = "{advice:plain}"
    passes = with_corpus("validation: {severity: {span-words-differ: warning}}")
    fails = with_corpus("validation: {severity: {span-word-differ: warning}}")


class UnknownDemand(Check):
    """Report entries of `require` with a field that records do not have, or that all of them have
    anyway.

    The entry has no effect, although somebody relies on it."""

    title = "a required field that cannot be required"
    message = "{field} is no field that can be demanded"
    hint = "{advice:plain}"
    passes = with_corpus("validation: {require: [annotators, article.published]}")
    fails = with_corpus("validation: {require: [annotator]}")
    fixed = with_corpus("validation: {require: [annotators]}")


class BoundlessIgnore(Check):
    """Report entries of `ignore` that do not say what to ignore. They ignore nothing.

    Such an entry would hide every finding, which nobody can have intended."""

    title = "an ignore that does not say what it ignores"
    message = "this entry does not say what to ignore"
    hint = "give at least one of code, path, record and message"
    passes = with_corpus("validation: {ignore: []}")
    fails = with_corpus("validation: {ignore: [{reason: known}]}")
    fixed = with_corpus("validation: {ignore: [{record: harbour.q1, reason: known}]}")


class UnusedIgnore(Check):
    """Report entries of `ignore` that match no finding: the error has been corrected, or the entry
    never matched.

    An entry that remains will hide the next finding that it happens to match."""

    severity = Severity.WARNING
    title = "an ignore that matches no finding"
    message = "this entry ignores nothing"
    hint = "delete it, or correct what it is to ignore"
    passes = with_corpus(
        "validation: {ignore: [{record: harbour.q1, reason: under review}]}",
        "quotes: [{attribution: unattributed}]",
    )
    fails = with_corpus("validation: {ignore: [{record: harbour.q1, reason: under review}]}")
    fixed = with_corpus("validation: {ignore: []}")


class ExpiredIgnore(Check):
    """Report entries of `ignore` whose `until` has passed. They ignore nothing any more.

    Somebody decided to tolerate the findings until that day. They are reported again, and the
    decision is due."""

    severity = Severity.WARNING
    title = "an ignore whose time is over"
    message = "this entry ignores nothing since {until:plain} has passed"
    hint = "correct what it ignored and delete it, or choose a new date"
    passes = with_corpus(
        "validation: {ignore: [{record: harbour.q1, until: 9999-12-31, reason: asked}]}",
        "quotes: [{attribution: unattributed}]",
    )
    fails = with_corpus(
        "validation: {ignore: [{record: harbour.q1, until: 2024-05-02, reason: asked}]}"
    )
    fixed = with_corpus("validation: {ignore: []}")


class StaleBaseline(Check):
    """Report baselines with findings that are no longer made because they have been corrected.

    While they remain in the baseline, the same errors can come back without being reported."""

    title = "a baseline with findings that are no longer made"
    message = "{number} of the findings in the baseline are no longer made, first {first}"
    hint = "run onrecord validate with --write-baseline, and commit the shorter baseline"
    passes = with_corpus("validation: {baseline: baseline.json}") | {
        "baseline.json": b'{"baseline_version": "1", "findings": []}\n'
    }
    fails = with_corpus("validation: {baseline: baseline.json}") | {
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
    """Report changes that add or widen an ignore, add to a baseline, lower the severity of a check
    or no longer require a field. Only `--changed-since` reports them. Settings that the change
    itself brings do not apply to this check: its severity is that of the earlier settings.

    A change should not decide by itself what is found in it. It can be right to let something pass
    that did not pass before, but then somebody who reviews the change should agree to it."""

    severity = Severity.WARNING
    title = "a change that weakens the settings"
    message = "this change {what:plain}"
    hint = "review it apart from the data; only settings that are there already change this finding"
    before = with_corpus("validation: {severity: {duplicate-id: error}}")
    passes = with_corpus("validation: {severity: {duplicate-id: error, span-words-differ: error}}")
    fails = with_corpus("validation: {severity: {duplicate-id: off}}")
