"""Replace a publication at an address by a new one, as `onrecord.publishing.swap` does in a folder.

The tables are uploaded under a temporary name, renamed to the folder that the card will name, and
compared; then the card is replaced: by one rename where a file system has that, as HDFS does, and
otherwise as one object. Until then the old publication is complete, and after that the new one is.
Nothing locks the address: it is for one publication at a time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.limits import MAX_BYTES
from onrecord.publishing import manifest, splits, swap
from onrecord.readers import formats
from onrecord.spark.addresses import RemotePath


class Remote:
    """Publish to an address of one of Spark's file systems.

    Args:
        place: The address.

    Attributes:
        out: The address as text.
    """

    def __init__(self, place: RemotePath) -> None:
        self.out = place.address
        self._place = place

    def refuse(self) -> None:
        """Check that there can be published there, before work begins.

        Raises:
            PublishError: There cannot.
            InputError: The file system does not answer, or a newer version of the package published
                there.
        """
        if self._place.is_file():
            raise swap.PublishError(
                f"{self._place} is not a folder, so nothing can be published there"
            )
        card = self._place / swap.CARD
        text = _text(card)
        if text.strip():  # a card that was not written to its end is no loss
            swap.check_card(card, text, self._manifest)

    def swap_in(self, build: Callable[[Path], str]) -> None:
        """Build a publication on this machine, and replace the last one by it.

        Args:
            build: As that of `onrecord.publishing.swap.swap_in`.

        Raises:
            PublishError: It cannot be written.
        """
        out, data = self._place, self._place / swap.DATA
        stage = data / f"{swap.TEMPORARY}{secrets.token_hex(4)}"
        state = "is left as it was"
        try:
            made = next((one for one in (out, data) if not one.exists()), stage)
            stage.make()
            try:
                with TemporaryDirectory(dir=scratch.folder()) as folder:
                    digest = build(Path(folder))
                    _put(Path(folder), stage, out, digest)
            except BaseException:
                with suppress(InputError):
                    made.remove()
                raise
            state = "is published, but what was there before is not all removed"
            for name in data.names():
                one = data / name
                is_other = formats.DIGEST.fullmatch(name) and name != digest
                if name.startswith(swap.TEMPORARY) or (is_other and swap.is_published(one.names())):
                    one.remove()
        except InputError as error:
            raise swap.PublishError(f"{out} {state}: {error}") from error

    def last(self, folder: Path) -> Path:
        """Copy what splits need of the last publication into a folder of this machine."""
        text = _text(self._place / swap.CARD)
        for digest in swap.named(text):
            tables = folder / swap.DATA / digest
            tables.mkdir(parents=True)
            for name in (manifest.NAME, splits.FILE):
                if (file := self._place / swap.DATA / digest / name).is_file():
                    file.download(tables / name)
        (folder / swap.CARD).write_text(text, "utf-8", newline="\n")
        return folder

    def _manifest(self, digest: str) -> tuple[object, bytes] | None:
        path = self._place / swap.DATA / digest / manifest.NAME
        return (path, path.read(MAX_BYTES)) if path.is_file() else None


def _put(built: Path, stage: RemotePath, out: RemotePath, digest: str) -> None:
    """Upload the tables and then the card, or neither."""
    tables = built / swap.TABLES
    paths = {path.relative_to(tables).as_posix(): path for path in tables.rglob("*")}
    files = {name: path for name, path in paths.items() if path.is_file()}
    target = out / swap.DATA / digest
    new = not target.exists()
    if new:
        for name, path in files.items():
            (stage / swap.TABLES / name).upload(path)
        (stage / swap.TABLES).rename(target)
    try:
        sizes = {file.name: file.size for file in target.files()}
        for name, path in files.items():
            there = target / name
            if sizes.get(name) != path.stat().st_size or not (new or there.equals(path)):
                there.upload(path)
        card = stage / swap.CARD
        card.upload(built / swap.CARD)
        if not card.replace(out / swap.CARD):
            (out / swap.CARD).upload(built / swap.CARD)
    except BaseException:
        if new:
            with suppress(InputError):
                target.remove()
        raise


def _text(card: RemotePath) -> str:
    return card.read(MAX_BYTES).decode(errors="replace") if card.exists() else ""
