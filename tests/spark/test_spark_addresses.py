"""Publications at addresses are replaced completely or not at all, and files there are found as on disk."""

from __future__ import annotations

import shutil
import warnings

import pytest

from onrecord import publishing, readers
from onrecord.errors import InputError
from onrecord.publishing.swap import PublishError
from onrecord.publishing.verify import verify
from onrecord.rules.examples import CORPUS, article
from tests.spark.conftest import MARKS, without_checksums

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import addresses, files
    from onrecord.spark.remote import Remote

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
    return readers.publication(out).name


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


def test_an_address_has_no_credentials(spark):
    for one in ("s3a://me:Zaquo@bucket/x", "ftp://Zaquo@host/x", "abfss://a:Zaquo@account/x"):
        with pytest.raises(InputError, match="must not contain a user or a password") as raised:
            files.find(spark, [one])
        assert "Zaquo" not in str(raised.value)
    addresses.refuse_credentials("abfss://container@account.dfs.core.windows.net/x")
    addresses.refuse_credentials("s3a://bucket/a@b:c")
