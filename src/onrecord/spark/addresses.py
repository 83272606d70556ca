"""Use files at addresses such as ``s3a://bucket/corpus``: on any file system of Spark, through Hadoop.

Options and credentials of file systems are those of Spark's configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from pyspark.sql import SparkSession

from onrecord.errors import InputError
from onrecord.spark.failures import FAILURES, reason

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?://([^/]*))?(/.*)?", re.DOTALL)
# In addresses of Azure, the name before the @ is that of the container.
_CONTAINERS = frozenset({"abfs", "abfss", "wasb", "wasbs"})


def is_address(path: str) -> bool:
    """Return whether a path is the address of a file or folder, such as ``s3a://bucket/corpus``."""
    return "://" in path and _ADDRESS.fullmatch(path) is not None


def local(path: str) -> Path | None:
    """Return a path of this machine, also if it is given as an address; None for other addresses."""
    if not is_address(path):
        return Path(path)
    scheme, host, inside = _parts(path)
    return Path(inside) if scheme == "file" and host in ("", "localhost") and inside else None


def normal(address: str) -> str:
    """Return an address in the form in which Spark names the files that it reads."""
    if not _ADDRESS.fullmatch(address):
        return address
    scheme, host, inside = _parts(address)
    return f"{scheme}://{host}{inside}"


def refuse_credentials(path: str) -> None:
    """Check that an address states no user and no password.

    Raises:
        InputError: It does; the message repeats neither.
    """
    if not is_address(path):
        return
    scheme, host, _ = _parts(path)
    user, at, server = host.rpartition("@")
    if at and (":" in user or scheme not in _CONTAINERS):
        raise InputError(
            f"{scheme}://…@{server}: an address must not contain a user or a password; set them in "
            "the configuration of Spark, such as spark.hadoop.fs.s3a.access.key"
        )


def _parts(address: str) -> tuple[str, str, str]:
    """Return the scheme, the host and the path of an address."""
    found = _ADDRESS.fullmatch(address)
    scheme, host, inside = found.groups() if found else ("", "", address)
    return scheme.lower(), host or "", inside or ""


# The arguments of renaming with options.
_WITH_OPTIONS = 3


class RemoteFile(NamedTuple):
    """Name a file at an address: by address and relative to its folder, with its size in bytes."""

    name: str
    address: str
    size: int


class RemotePath:
    """Access a file or folder at an address, through Hadoop.

    Its methods raise `InputError` if the file system cannot do what they are for.

    Args:
        spark: The session.
        address: The address.
    """

    def __init__(self, spark: SparkSession, address: str) -> None:
        refuse_credentials(address)
        self.address = address
        self._spark = spark
        context: Any = spark.sparkContext
        self._java = context._jvm  # noqa: SLF001  # there is no other way
        with self._failing():
            self._path = self._hadoop.Path(address)
            self._system = self._path.getFileSystem(context._jsc.hadoopConfiguration())  # noqa: SLF001

    def __str__(self) -> str:
        """Return the address."""
        return self.address

    def __truediv__(self, name: str) -> RemotePath:
        """Return the file or folder with a name in this folder."""
        return RemotePath(self._spark, f"{self.address.rstrip('/')}/{name}")

    @property
    def _hadoop(self) -> Any:
        return self._java.org.apache.hadoop.fs

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            raise InputError(f"{self}: {reason(error)}") from None

    @property
    def qualified(self) -> str:
        """Return the address as the file system gives it, such as with the host that is the default."""
        with self._failing():
            full = self._path.makeQualified(self._system.getUri(), self._path)
            return str(full.toString()).rstrip("/")

    @property
    def name(self) -> str:
        """Return the last part of the address."""
        return self.address.rstrip("/").rpartition("/")[2]

    def exists(self) -> bool:
        """Return whether there is such a file or folder."""
        with self._failing():
            return bool(self._system.exists(self._path))

    def is_file(self) -> bool:
        """Return whether there is such a file."""
        with self._failing():
            return bool(
                self._system.exists(self._path) and self._system.getFileStatus(self._path).isFile()
            )

    def files(self) -> Iterator[RemoteFile]:
        """Yield the files in the folder and its subfolders, or the file itself."""
        with self._failing():
            above = self.qualified
            found = self._system.listFiles(self._path, True)
            while found.hasNext():
                file = found.next()
                address = file.getPath().toString()
                name = address.removeprefix(f"{above}/")
                yield RemoteFile(name if name != address else self.name, address, file.getLen())

    def names(self) -> list[str]:
        """Return the names of what is in the folder, in order; none if there is no such folder."""
        with self._failing():
            if not self._system.exists(self._path):
                return []
            return sorted(one.getPath().getName() for one in self._system.listStatus(self._path))

    def read(self, most: int) -> bytes:
        """Return the first bytes of the file."""
        with self._failing():
            stream = self._system.open(self._path)
            try:
                return bytes(stream.readNBytes(most))
            finally:
                stream.close()

    def equals(self, path: Path) -> bool:
        """Return whether the file can be read, and has the bytes of one of this machine."""
        try:
            own = self._system.open(self._path)
            try:
                other = self._java.java.io.FileInputStream(str(path.absolute()))
                try:
                    return bool(self._java.org.apache.commons.io.IOUtils.contentEquals(own, other))
                finally:
                    other.close()
            finally:
                own.close()
        except FAILURES:  # such as a checksum that is wrong
            return False

    def download(self, path: Path) -> None:
        """Write the file to one of this machine."""
        with self._failing():
            target = self._hadoop.Path(self._java.java.io.File(str(path.absolute())).toURI())
            self._system.copyToLocalFile(False, self._path, target, True)

    def upload(self, path: Path) -> None:
        """Write a file of this machine to the address, in place of what is there."""
        with self._failing():
            source = self._hadoop.Path(self._java.java.io.File(str(path.absolute())).toURI())
            self._system.copyFromLocalFile(False, True, source, self._path)

    def make(self) -> None:
        """Make the folder, and those above it."""
        with self._failing():
            if not self._system.mkdirs(self._path):
                raise InputError(f"{self}: the folder cannot be made")

    def rename(self, other: RemotePath) -> None:
        """Give the file or folder another address, where nothing is."""
        with self._failing():
            if not self._system.rename(self._path, other._path):
                raise InputError(f"{self}: it cannot be renamed to {other.name}")

    def replace(self, other: RemotePath) -> bool:
        """Replace another file by this one in one step; return False if there is no such step."""
        # Python can call public methods only, and only file systems with that step have made theirs public.
        methods = self._system.getClass().getMethods()
        if not any(
            one.getName() == "rename" and one.getParameterCount() == _WITH_OPTIONS
            for one in methods
        ):
            return False
        overwrite = self._hadoop.Options.Rename.OVERWRITE
        context: Any = self._spark.sparkContext
        some = context._gateway.new_array(self._hadoop.Options.Rename, 1)  # noqa: SLF001
        some[0] = overwrite
        with self._failing():
            self._system.rename(self._path, other._path, some)
        return True

    def remove(self) -> None:
        """Remove the file, or the folder with everything in it."""
        with self._failing():
            self._system.delete(self._path, True)
