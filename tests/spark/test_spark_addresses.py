"""Publications at addresses are replaced completely or not at all, and files there are found as on disk."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import replace

import pytest

from onrecord import publishing
from onrecord.errors import InputError
from onrecord.findings import Checked, Place, Report
from onrecord.publishing.swap import PublishError
from onrecord.publishing.verify import verify
from onrecord.readers import formats
from onrecord.rules.examples import CORPUS, article
from onrecord.rules.reading import NotAllowed, UnknownField
from tests.spark.conftest import MARKS, without_checksums

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import addresses, files, reading
    from onrecord.spark.remote import Remote
    from onrecord.spark.settings import settings_of

pytestmark = MARKS


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Two publications of one corpus, which differ."""
    found = []
    for name in ("old", "new"):
        folder = tmp_path_factory.mktemp(name)
        (folder / f"{name}.yaml").write_text(article(name), "utf-8")
        (folder / "corpus.yaml").write_bytes(CORPUS)
        found.append(publishing.publish(folder, folder / "out"))
    return found


def copied(publication):
    """Return what builds a publication by copying it."""

    def build(stage):
        digest = publication.manifest.digest
        shutil.copytree(publication.out / "data" / digest, stage / "tables")
        shutil.copy(publication.out / "README.md", stage)
        return digest

    return build


def there(out):
    """Return the digest of the publication in a folder, which is complete."""
    without_checksums(out)
    # What an earlier publication left is removed by the next one.
    assert not [one for one in verify(out).mismatches if one.expected != "nothing"]
    return formats.publication(out).name


STEPS = ("make", "upload", "rename", "replace", "names")


@pytest.mark.parametrize("moves", [False, True])
def test_an_interruption_leaves_the_old_publication_or_the_new_one(
    spark, published, tmp_path, address, monkeypatch, moves
):
    old, new = published
    out = tmp_path / "a b é"
    place = Remote(addresses.RemotePath(spark, address(out)))
    place.refuse()
    place.swap_in(copied(old))
    assert there(out) == old.manifest.digest
    steps = iter(())

    def interrupt(name):
        """Let a method fail before it does anything, at one of its calls."""
        method = getattr(addresses.RemotePath, name)

        def called(self, *args):
            if next(steps, None) == 0:
                raise KeyboardInterrupt
            if name == "replace" and moves:  # as on HDFS
                source, target = (
                    out / one.address.removeprefix(f"{address(out)}/") for one in (self, *args)
                )
                source.replace(target)
                return True
            return method(self, *args)

        monkeypatch.setattr(addresses.RemotePath, name, called)

    for name in STEPS:
        interrupt(name)
    seen = []
    for at in range(40):
        steps = iter(range(at, -1, -1))
        try:
            place.swap_in(copied(new))
        except KeyboardInterrupt:
            seen.append(there(out))
        else:
            break
    assert len(seen) > 10
    assert {*seen} == {old.manifest.digest, new.manifest.digest}
    assert seen == sorted(seen, key=[old.manifest.digest, new.manifest.digest].index)
    steps = iter(())
    place.swap_in(copied(new))
    assert there(out) == new.manifest.digest
    assert [path.name for path in (out / "data").iterdir()] == [new.manifest.digest]


def test_what_is_damaged_is_written_again_and_an_edited_card_is_not_replaced(
    spark, published, tmp_path, address
):
    old, new = published
    out = tmp_path / "out"
    place = Remote(addresses.RemotePath(spark, address(out)))
    place.swap_in(copied(old))
    tables = out / "data" / old.manifest.digest
    first, second, *_ = sorted(tables.glob("*.parquet"))
    first.write_bytes(first.read_bytes()[::-1])
    second.unlink()
    place.swap_in(copied(old))
    assert there(out) == old.manifest.digest
    card = out / "README.md"
    card.write_bytes(b"")  # Spark was killed while it wrote the card
    place.refuse()
    card.write_bytes((old.out / "README.md").read_bytes() + b"mine")
    with pytest.raises(PublishError, match="was edited after it was published"):
        place.refuse()
    shutil.rmtree(out)
    out.write_bytes(b"")
    with pytest.raises(PublishError, match="is left as it was"):
        place.swap_in(copied(new))
    assert out.read_bytes() == b""


FACTS = dict.fromkeys(("field", "found", "expected", "parent", "advice"), "")


def test_settings_and_baselines_at_an_address_apply_to_what_is_below_it(spark, tmp_path, address):
    folder, elsewhere = tmp_path / "corpus", Place("elsewhere/articles.jsonl", 1)
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/articles.jsonl").write_bytes(b'{"id": "harbour"}\n')
    files_of = {name: f"{address(folder)}/sub/{name}.jsonl" for name in ("articles", "quotes")}
    kept, ignored = (NotAllowed.finding(Place(one, 1), FACTS) for one in files_of.values())
    tolerated = UnknownField.finding(Place(files_of["articles"], 1), FACTS)
    (folder / "known.json").write_text(
        json.dumps(
            {
                "baseline_version": "1",
                "findings": [
                    {
                        "code": tolerated.code,
                        "file": "sub/articles.jsonl",
                        "message": tolerated.message,
                        "fingerprint": replace(
                            tolerated, place=Place("sub/articles.jsonl", 1)
                        ).fingerprint,
                    },
                    {
                        "code": tolerated.code,
                        "file": "sub/quotes.jsonl",
                        "message": "it was corrected",
                        "fingerprint": "0" * 16,
                    },
                ],
            }
        )
    )
    rules = (
        b"validation: {severity: {not-allowed: note}, baseline: ./known.json,"
        b" ignore: [{path: 'sub/quotes*', code: not-allowed, reason: they are kept},"
        b" {path: 'sub/*', code: wrong-type, reason: there are none}]}\n"
    )
    (folder / "corpus.yaml").write_bytes(CORPUS + rules)
    found = files.find(spark, [address(folder)])
    settings = settings_of(spark, [address(folder)], found.corpora)
    other = replace(kept, place=elsewhere)
    report = Report((kept, ignored, tolerated, other), Checked(*[0] * 7), {})
    report = settings.applied(spark, report, reading.read(spark, found.tables))
    assert [(one.finding.place.file, one.reason) for one in report.ignored] == [
        (files_of["articles"], "in the baseline"),
        (files_of["quotes"], "they are kept"),
    ]
    assert [(one.place.file, str(one.severity)) for one in report.findings] == [
        (elsewhere.file, "error"),
        (f"{address(folder)}/corpus.yaml", "warning"),
        (f"{address(folder)}/known.json", "error"),
        (files_of["articles"], "note"),
    ]
    assert report.findings[1].code == "unused-ignore"
    assert report.findings[2].message.startswith("1 of the findings in the baseline")
    for name, said in (("../known.json", "or below it"), ("none.json", "no such baseline")):
        (folder / "corpus.yaml").write_bytes(CORPUS + rules.replace(b"./known.json", name.encode()))
        found = files.find(spark, [address(folder)])
        with pytest.raises(InputError, match=said):
            settings_of(spark, [address(folder)], found.corpora)


def test_an_address_has_no_credentials(spark):
    for one in ("s3a://me:Zaquo@bucket/x", "ftp://Zaquo@host/x", "abfss://a:Zaquo@account/x"):
        with pytest.raises(InputError, match="must not contain a user or a password") as raised:
            files.find(spark, [one])
        assert "Zaquo" not in str(raised.value)
    addresses.refuse_credentials("abfss://container@account.dfs.core.windows.net/x")
    addresses.refuse_credentials("s3a://bucket/a@b:c")
