"""Download publications from the Hub."""

from __future__ import annotations

import shutil
from pathlib import Path

from onrecord.publishing.hub.connection import DATASET, asking, open_api
from onrecord.readers import formats


def download(name: str, revision: str | None, folder: Path, *, everything: bool = False) -> str:
    """Download the card and the data of a publication into an empty folder, and return its commit.

    All files are those of one commit, even if the branch moves meanwhile.

    Args:
        name: The owner and name of the repository.
        revision: A branch, a tag or a commit; None is the newest commit.
        folder: The folder.
        everything: Whether to download files that are no part of the publication too.

    Raises:
        HubError: The Hub cannot be asked, or has no such repository or revision.
    """
    api = open_api()
    try:
        with asking():
            commit = api.repo_info(name, repo_type=DATASET, revision=revision).sha
            if commit is None:
                raise ValueError(name)
            api.snapshot_download(
                name,
                repo_type=DATASET,
                revision=commit,
                local_dir=folder,
                allow_patterns=None if everything else [formats.CARD, f"{formats.DATA}/*"],
            )
    finally:
        # What huggingface_hub keeps there, about files that it has begun to download.
        shutil.rmtree(folder / ".cache", ignore_errors=True)
    return commit
