"""Push a publication to the Hub: one commit, and one tag per version.

Each step can be repeated: what an earlier attempt did is found on the Hub, and not done again. Readers
see the old publication until the commit, and the new one after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.publishing import swap
from onrecord.publishing.hub.connection import DATASET, HubError, asking, open_api
from onrecord.publishing.hub.release import Release, ReleaseFile
from onrecord.readers import formats

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

_MAIN = "main"
_AS_BEFORE = "it is as it was before"
# Instead of a .gitignore file in the repository, which could leave out a part of the publication.
_IGNORE_NOTHING = "# nothing is ignored\n"


@dataclass(frozen=True, slots=True)
class Changes:
    """List the files that differ between a publication and a revision on the Hub, with their sizes.

    The sizes of files that are added or changed are those of the new content.
    """

    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def bytes(self) -> int:
        """Return the number of bytes to send."""
        return sum(self.added.values()) + sum(self.changed.values())


@dataclass(frozen=True, slots=True)
class Push:
    """Report the result of pushing.

    Attributes:
        name: The name of the repository.
        changes: The differences from the revision that was read.
        creates: Whether the repository did not exist.
        commit: The commit that has the publication; None if there is none yet.
        tag: The tag of the version; None if the corpus has no version.
        tagged: Whether the tag is set.
        pull_request: The address of the pull request that proposes the publication.
    """

    name: str
    changes: Changes
    creates: bool = False
    commit: str | None = None
    tag: str | None = None
    tagged: bool = False
    pull_request: str | None = None


def push(
    folder: Path | str,
    name: str,
    *,
    dry_run: bool = False,
    private: bool = False,
    create_pr: bool = False,
) -> Push:
    """Push the publication in a folder to a dataset repository on the Hub.

    All changes are one commit on top of the revision that was read; files that did not change are
    not sent, and those of earlier publications are removed. A version gets the tag ``vVERSION``.

    Args:
        folder: The folder that was published into.
        name: The owner and name of the repository, which is created if it does not exist.
        dry_run: Only list the changes.
        private: Create the repository as a private one.
        create_pr: Propose the change in a pull request. The tag is set by a push after it is merged.

    Raises:
        InputError: There is no publication, or it is not as it was published.
        HubError: The Hub cannot be asked, or does not do what is requested. The message says which
            state the repository is in; pushing again does the rest.
    """
    release = Release.read(Path(folder))
    pusher = _Pusher(open_api(), name, release, private=private, create_pr=create_pr)
    return pusher.plan() if dry_run else pusher.run()


@dataclass
class _Pusher:
    """Push one publication to one repository."""

    api: HfApi
    name: str
    release: Release
    _: KW_ONLY
    private: bool
    create_pr: bool
    state: str = field(default=_AS_BEFORE, init=False)
    # The newest commit on the main branch that was read; None if there is no repository.
    head: str | None = field(default=None, init=False)

    def plan(self) -> Push:
        """Return the result that pushing would have, and what an earlier attempt did already."""
        try:
            return self._plan()
        except HubError as error:
            raise error.about(self.name, self.state) from None

    def run(self) -> Push:
        """Do what is to do."""
        try:
            plan = self._plan()
            if plan.creates:
                plan = self._create(plan)
            if plan.pull_request is not None or (plan.commit and plan.tagged):
                return plan
            if plan.changes:
                plan = self._commit(plan)
            return plan if plan.pull_request is not None else self._tag(plan)
        except HubError as error:
            raise error.about(self.name, self.state) from None

    def _plan(self) -> Push:
        tag = f"v{self.release.version}" if self.release.version else None
        plan = Push(self.name, self._changes({}), creates=True, tag=tag)
        self.head, is_private = self._read_head()
        if self.head is None:
            if self.create_pr:
                problem = "there is no such dataset to propose a change of"
                raise HubError(problem, "push without --create-pr, which creates it")
            return plan
        if self.private and not is_private:
            raise HubError(
                "it exists and is public", "make it private in its settings on the Hub first"
            )
        known = self._tagged(tag)
        changes = self._changes(self._tree(self.head))
        plan = replace(plan, changes=changes, creates=False, tagged=known is not None)
        if known is not None:
            return replace(plan, commit=known)
        if not changes:
            return replace(plan, commit=self.head)
        return replace(plan, pull_request=self._proposed() if self.create_pr else None)

    def _create(self, plan: Push) -> Push:
        self.state = "the repository may have been created"
        with asking():
            private = self.private or None  # None: as the owner's settings say
            self.api.create_repo(self.name, repo_type=DATASET, private=private)
        self.state = "the repository is created, and empty"
        self.head, _ = self._read_head()
        if self.head is None:
            raise HubError("the repository was created, but is not there", "try again")
        return replace(plan, changes=self._changes(self._tree(self.head)))

    def _commit(self, plan: Push) -> Push:
        """Send the files, and then make the commit."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        files, changes = self.release.files, plan.changes
        additions = [
            CommitOperationAdd(path, files[path].path)
            for path in (*changes.added, *changes.changed)
        ]
        removals = [CommitOperationDelete(path, is_folder=False) for path in changes.removed]
        with asking():
            self.api.preupload_lfs_files(
                self.name,
                additions,
                repo_type=DATASET,
                create_pr=self.create_pr,
                free_memory=False,
                gitignore_content=_IGNORE_NOTHING,
            )
        url = None
        try:
            with asking():
                info = self.api.create_commit(
                    self.name,
                    [*additions, *removals],
                    commit_message=self.release.title,
                    repo_type=DATASET,
                    revision=_MAIN,
                    create_pr=self.create_pr,
                    parent_commit=self.head,
                )
            commit, url = info.oid, info.pr_url
        except HubError as error:
            found = self._look_again(error)
            if found is None:
                raise
            commit, url = found
        if url is not None:
            return replace(plan, pull_request=url)
        self.state = f"commit {commit} has the publication, but is not checked and not tagged"
        if self._changes(self._tree(commit)):
            raise HubError(f"commit {commit} does not have all of the publication", "push again")
        return replace(plan, commit=commit)

    def _look_again(self, error: HubError) -> tuple[str, str | None] | None:
        """Return the commit, and its pull request, if one was made although the answer failed."""
        if not error.lost and error.status not in {409, 412}:
            return None
        self.state = "whether it has the publication could not be seen, but pushing again will"
        found: tuple[str, str | None] | None = None
        if self.create_pr:
            url = self._proposed()
            found = (url, url) if url else None
        else:
            head, _ = self._read_head()
            if head is not None and not self._changes(self._tree(head)):
                found = head, None
        if found is None:
            self.state = "nothing of the publication is there"
        return found

    def _tag(self, plan: Push) -> Push:
        if plan.tag is None:
            return plan
        self.state = f"it has the publication, but the tag {plan.tag} is not set"
        try:
            with asking():
                self.api.create_tag(
                    self.name, tag=plan.tag, revision=plan.commit, repo_type=DATASET
                )
        except HubError as error:
            if error.status != 409 or self._tagged(plan.tag) is None:
                raise
        return replace(plan, tagged=True)

    def _read_head(self) -> tuple[str | None, bool]:
        """Return the newest commit, and whether the repository is private; None if there is none."""
        try:
            with asking():
                info = self.api.repo_info(self.name, repo_type=DATASET)
        except HubError as error:
            if error.missing:
                return None, False
            raise
        return info.sha, bool(info.private)

    def _tree(self, revision: str) -> dict[str, RepoFile]:
        """Return the files at a revision by path."""
        from huggingface_hub.hf_api import RepoFile

        with asking():
            found = self.api.list_repo_tree(
                self.name, repo_type=DATASET, revision=revision, recursive=True
            )
            return {one.path: one for one in found if isinstance(one, RepoFile)}

    def _changes(self, tree: Mapping[str, RepoFile]) -> Changes:
        files = self.release.files
        new = {path: file.size for path, file in files.items() if path not in tree}
        other = {
            path: file.size
            for path, file in files.items()
            if path in tree and not _is_same(tree[path], file)
        }
        old = {
            path: one.size
            for path, one in tree.items()
            if path not in files and _is_of_a_publication(path)
        }
        return Changes(new, other, old)

    def _tagged(self, tag: str | None) -> str | None:
        """Return the commit with the tag; None if there is no such tag.

        Raises:
            HubError: It has another publication.
        """
        if tag is None:
            return None
        with asking():
            refs = self.api.list_repo_refs(self.name, repo_type=DATASET)
        commit = next((one.target_commit for one in refs.tags if one.name == tag), None)
        if commit is not None and self._changes(self._tree(commit)):
            problem = f"it has the tag {tag} already, with another publication"
            raise HubError(problem, "give corpus.yaml a new version, publish, and push again")
        return commit

    def _proposed(self) -> str | None:
        """Return the address of an open pull request that proposes this publication."""
        with asking():
            found = list(
                self.api.get_repo_discussions(
                    self.name,
                    repo_type=DATASET,
                    discussion_type="pull_request",
                    discussion_status="open",
                )
            )
        ours = (one for one in found if one.title == self.release.title and one.git_reference)
        return next(
            (one.url for one in ours if not self._changes(self._tree(str(one.git_reference)))), None
        )


def _is_same(there: RepoFile, file: ReleaseFile) -> bool:
    """Return whether a file on the Hub has the same content; large files have a pointer in git."""
    if there.lfs is not None:
        return there.lfs.sha256 == file.sha256
    return there.blob_id == file.blob_id


def _is_of_a_publication(path: str) -> bool:
    """Return whether a file is in the folder of a publication's data."""
    first, _, rest = path.partition("/")
    digest, inside, _ = rest.partition("/")
    return bool(first == swap.DATA and inside and formats.DIGEST.fullmatch(digest))
