"""Ask the Hub, and say in one line what is wrong if that fails."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from onrecord.display import shorten
from onrecord.errors import OnrecordError, need

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

# The type of the repositories.
DATASET = "dataset"
AGAIN = "try again later"
LOGIN = "log in with: hf auth login, or set HF_TOKEN"
# What is wrong and what to do, by the Hub's code of an error, and by HTTP status.
_NO_DATASET = (
    "there is no such dataset, or the token does not give access to it",
    f"check the name; if it is private, {LOGIN}",
)
_BY_CODE = {
    "GatedRepo": ("access to it is restricted", "ask for access on its page"),
    "RevisionNotFound": ("it has no such revision", "name a branch, a tag or a commit"),
    "EntryNotFound": ("a file is missing there", "try again, or name another revision"),
    "RepoNotFound": _NO_DATASET,
}
_BY_STATUS = {
    400: ("the Hub rejects the request", "solve this, and try again"),
    401: ("the Hub does not accept the token, or there is none", LOGIN),
    402: ("a quota is exceeded", "free storage, or ask for more"),
    403: ("the token does not permit this", "use a token with more permissions"),
    404: _NO_DATASET,
    409: ("another change came between", "run the command again"),
    412: ("another change came between", "run the command again"),
    413: ("this is too large for the Hub", "publish less at once"),
    429: ("too many requests", AGAIN),
}
_UNKNOWN = ("the Hub has a problem of its own", AGAIN)
# Words in explanations of answers that mean that a quota is exceeded.
_QUOTA = ("quota", "storage", "limit")
# Characters of the Hub's own explanation that are repeated, at most.
_LONGEST = 200


class HubError(OnrecordError):
    """Signal that the Hub did not do what was requested.

    Attributes:
        problem: What is wrong.
        advice: What to do.
        status: The HTTP status of the answer; None if there was none.
        missing: Whether there is no such repository, or the token does not give access to it.
    """

    def __init__(
        self, problem: str, advice: str, *, status: int | None = None, missing: bool = False
    ) -> None:
        super().__init__(f"{problem}; {advice}")
        self.problem = problem
        self.advice = advice
        self.status = status
        self.missing = missing

    @property
    def lost(self) -> bool:
        """Return whether the request may have been carried out although there is no good answer."""
        return self.status is None or self.status >= 500

    def about(self, name: object, state: str) -> HubError:
        """Return the error with the name of a repository, and the state that it is in."""
        problem = f"{name}: {self.problem}; {state}"
        return HubError(problem, self.advice, status=self.status, missing=self.missing)


def open_api() -> HfApi:
    """Return the interface of the Hub.

    Raises:
        MissingExtraError: The package ``huggingface_hub`` is not installed.
    """
    need("publish")
    from huggingface_hub import HfApi

    return HfApi(library_name="onrecord")


@contextmanager
def asking() -> Iterator[None]:
    """Raise whatever goes wrong while the Hub is asked as a ``HubError``.

    The texts of other errors are not repeated, since they may contain the token.
    """
    import httpx2

    try:
        with _quiet():
            yield
    except OnrecordError:
        raise
    except (httpx2.HTTPError, OSError, RuntimeError, ValueError, LookupError, TypeError) as error:
        raise _explained(error) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Let ``huggingface_hub`` log errors only, warn of nothing, and draw no progress bars into files.

    Debugging output that a user has switched on remains; the library hides the token in it.
    """
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    hide = not sys.stderr.isatty() and not are_progress_bars_disabled()
    if logger.getEffectiveLevel() > logging.DEBUG:
        logger.setLevel(logging.ERROR)
    if hide:
        disable_progress_bars()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        if hide:
            enable_progress_bars()


def _explained(error: Exception) -> HubError:
    """Explain an error by the first of its causes that is known."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    for one in _causes(error):
        match one:
            case HfHubHTTPError():
                return _refused(one)
            case OfflineModeIsEnabled():
                return HubError("HF_HUB_OFFLINE is set, so the Hub is not asked", "unset it")
            case httpx2.ConnectError() | httpx2.ConnectTimeout():
                return HubError("the Hub cannot be reached", "try again when it can be")
            case httpx2.TransportError():
                return HubError("the connection to the Hub was lost", "try again")
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return HubError(f"{where}{error.strerror}", "solve this, and try again")
    problem = f"the answer of the Hub cannot be read ({type(error).__name__})"
    return HubError(problem, "try again; check HF_ENDPOINT if it is set")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and those that it was raised for."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _refused(error: HfHubHTTPError) -> HubError:
    """Explain an answer with an HTTP status that means failure."""
    headers = error.response.headers
    status = error.response.status_code
    said = _said(error)
    known = _BY_CODE.get(headers.get("X-Error-Code", ""))
    is_quota = status in {403, 413} and any(word in said.lower() for word in _QUOTA)
    problem, advice = known or _BY_STATUS.get(402 if is_quota else status) or _UNKNOWN
    after = headers.get("Retry-After", "")
    if status == 429 and after.isdigit():
        advice = f"try again in {after} seconds"
    missing = (problem, advice) == _NO_DATASET
    return HubError(problem + said, advice, status=status, missing=missing)


def _said(error: HfHubHTTPError) -> str:
    """Return the Hub's own explanation in brackets, without the token if it repeats that."""
    from huggingface_hub import get_token

    said = " ".join((error.server_message or "").split())
    token = get_token()
    if token:
        said = said.replace(token, "<token>")
    return f" ({shorten(said, _LONGEST)})" if said else ""
