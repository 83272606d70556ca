"""What tests share: a folder with the sound example, and the real sources where they are."""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from onrecord.files import scratch
from onrecord.files.opening import File
from onrecord.files.process import collect_rarely
from onrecord.files.texts import TextFolder
from onrecord.rights.files import hydrate_file
from onrecord.rights.plans import carry_out
from onrecord.rules import RULES
from onrecord.rules.examples import files
from onrecord.validation import validate
from tests import ROOT
from tests.hub_server import TOKEN, Hub, running_hub

# Examples are drawn alike everywhere, so that a failure on one machine is one on all. A failing one
# is told as it was drawn: to find the least that fails takes minutes where each example is validated,
# and waits until it is asked for with --hypothesis-profile=least.
settings.register_profile(
    "onrecord",
    deadline=None,
    derandomize=True,
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("least", settings.get_profile("onrecord"), phases=tuple(Phase))
# Other examples each night, and more of them; what fails is reported with what repeats it.
settings.register_profile(
    "nightly",
    settings.get_profile("onrecord"),
    derandomize=False,
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500")),
    print_blob=True,
    database=None,
)
settings.load_profile("onrecord")

# Where tests run in the background Ctrl-C and a closed terminal may be ignored, and commands that
# they start inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


# Where Python may not put bytecode beside the source, programs that tests start share some in another
# folder: to compile the package and what it imports takes each of them a second.
if sys.dont_write_bytecode:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".pytest_cache" / "bytecode"))


# Tests and the programs that they start write to memory, if there is room and programs can be run
# from there: to write and remove so many small files on a disk takes minutes.
MEMORY = Path("/dev/shm")  # pytest makes a folder of its own in it
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK):
    about = os.statvfs(MEMORY)
    if about.f_bavail * about.f_frsize > 6 * 2**30 and not about.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


# Repositories of git have no examples of hooks, of which each copy of one would have a dozen.
os.environ["GIT_TEMPLATE_DIR"] = ""


# Commands validate in each test, whatever an earlier one has stored.
os.environ["ONRECORD_CACHE_KEY"] = ""

collect_rarely()  # as every command does


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Iterator[None]:
    """Use one process more than there are processors: often one waits for a JVM, a browser, an
    installation or a clock.
    """
    return (yield) + 1


# The groups that take longest, each of which one process runs, and which wait most.
LONGEST = ("spark", "wheel", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run groups first, those that take longest before all, and then other slow tests, so that no
    process waits for the last ones of another.
    """

    def place(item: pytest.Item) -> int:
        if group := item.get_closest_marker("xdist_group"):
            return [*LONGEST, group.args[0]].index(group.args[0])
        return len(LONGEST) + (1 if item.get_closest_marker("slow") else 2)

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Do not look for garbage among what was imported and collected."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Shorten the names of tests with long texts, which every process reports to another."""
    return argname if isinstance(val, str | bytes) and len(val) > 200 else None


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A document in which nothing is wrong."""
    path = tmp_path / "harbour.yaml"
    path.write_bytes(files("")["harbour.yaml"])
    return path


@pytest.fixture
def temporary_files_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Have this process make its temporary files in a folder, as if it had none yet."""

    def use(folder: Path) -> None:
        shutil.rmtree(scratch.folder(), ignore_errors=True)  # threads may be removing files, too
        monkeypatch.setattr(tempfile, "tempdir", str(folder))

    yield use
    monkeypatch.undo()
    shutil.rmtree(scratch.folder(), ignore_errors=True)


@pytest.fixture
def only_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have this process run some rules only, where a test is about something else: to run all takes
    most of the time of validating a few documents.
    """

    def use(*codes: str) -> None:
        monkeypatch.setattr(validate, "RULES", {code: RULES[code] for code in sorted(codes)})

    return use


# Folders whose tests are about other things than rules, which these suffice for.
FEW_RULES_IN = {
    *("anchoring", "cli", "corpus", "drafting", "files", "publishing", "readers", "reporters"),
    *("rights", "site", "validation"),
}
FEW_RULES = (
    *("same-text", "published-unreadable", "card-count-differs"),
    *("record-vanished", "article-vanished", "id-changed"),
    *("text-withheld", "words-withheld", "unknown-licence-redistributed", "word-cut"),
    *("dangling-reference", "duplicate-id", "duplicate-quote", "span-moved", "span-words-differ"),
    *("span-context-differs", "text-digest-differs", "text-length-differs", "open-text-missing"),
    *("pronoun-as-subject", "annotators-missing", "date-does-not-exist", "said-after-published"),
    *("demanded-field-missing", "unattributed-with-speaker", "duplicate-claim"),
)

# More of them where splits are made or kept.
SPLIT_RULES = (
    *("article-in-two-splits", "claim-in-two-splits", "quote-in-two-splits"),
    *("near-text-in-two-splits", "text-in-two-splits"),
)

# What publishing looks at what was published before with, and one rule of the records.
PUBLISHING_RULES = (
    *("card-count-differs", "record-vanished", "article-vanished", "id-changed"),
    *("published-unreadable", "duplicate-id"),
)


@pytest.fixture
def all_rules() -> None:
    """Run all rules, in a folder whose other tests run few."""


@pytest.fixture
def more_rules() -> None:
    """Run `FEW_RULES` and `SPLIT_RULES`, in a folder whose other tests run fewer."""


@pytest.fixture(autouse=True)
def few_rules(request: pytest.FixtureRequest) -> None:
    """Spend no time on rules that tests are not about; a module may have a fixture of this name.

    What is imported is a corpus as any other: properties of importers run all rules.
    """
    if "all_rules" in request.fixturenames:
        return
    folder = request.path.parent.name
    is_property = getattr(request.function, "is_hypothesis_test", False)
    if folder in FEW_RULES_IN or (folder == "exchange" and not is_property):
        codes = FEW_RULES + (SPLIT_RULES if folder in ("exchange", "publishing") else ())
        if folder == "publishing" and not is_property and "more_rules" not in request.fixturenames:
            codes = PUBLISHING_RULES
        request.getfixturevalue("only_rules")(*codes)


@pytest.fixture(scope="session")
def supplied_articles() -> Path:
    """The articles as they were supplied, which no clone has."""
    folder = ROOT.parent / "shared" / "articles"
    if not folder.is_dir():
        pytest.skip("the supplied articles are not part of the repository")
    return folder


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it, as they would be uploaded; for tests of the
    group `wheel`.
    """
    out = tmp_path_factory.mktemp("dist")
    # The program uv, which is beside this Python, takes a third of the time that pip takes.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    build = [sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, env=os.environ | {"PATH": path})
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="session")
def wheel(distributions: tuple[Path, Path]) -> Path:
    return distributions[1]


@pytest.fixture(scope="session")
def start_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Start Spark at a master and return the session, for tests of the group `spark`: each process that
    needs one starts a JVM, in which sessions follow each other, so that it compiles its code once.

    The temporary folders of tests are also at the address ``viewfs://tests/tmp``.
    """
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    # Processes that do not run for long compile less, do not compile again what found no place, and
    # take the classes of Spark as they are.
    short = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
    short += " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
    settings = {
        # Each validation leaves a hundred megabytes behind, which are collected seldom.
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": f"{short} -Xms2g",
        "spark.executor.extraJavaOptions": short,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.hadoop.fs.viewfs.mounttable.tests.link./tmp": (
            tmp_path_factory.getbasetemp().as_uri()
        ),
        # A few rows are not worth dividing them among tasks, or compiling queries for.
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        # What an executor had that was killed is asked for in vain three times, after five seconds each.
        "spark.shuffle.io.retryWait": "100ms",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Spark says of the versions of others
        from pyspark.sql import SparkSession

    def start(master: str) -> Any:
        active = SparkSession.getActiveSession()
        if active and active.sparkContext.master == master:
            return active
        if active:
            active.stop()
        builder = SparkSession.builder.master(master)
        for name, value in settings.items():
            builder = builder.config(name, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return builder.getOrCreate()

    yield start
    if active := SparkSession.getActiveSession():
        active.stop()


@pytest.fixture
def spark(start_spark: Callable[[str], Any]) -> Any:
    """A session of Spark in this process."""
    return start_spark("local[2]")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


# What Chromium says of the search field of the documentation, if a page is opened at a heading.
AUTOFOCUS = "Autofocus processing was blocked"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page, and what the browser says and asks for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: AUTOFOCUS in message.text or page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    assert page.said == []
    context.close()


@pytest.fixture
def curated_draft(tmp_path: Path, supplied_articles: Path) -> Path:
    """The curated article as its annotators wrote it: words, and neither offsets nor digests."""
    (curated,) = (ROOT / "dataset" / "articles").rglob("2024-12-10-putin-assad.yaml")
    path = tmp_path / curated.name
    shutil.copy(curated, path)
    file = File(path, path.name, text_format="dated")
    carry_out(hydrate_file(file, TextFolder(supplied_articles)))
    path.with_suffix(".txt").unlink()
    derived = re.compile(r"^ +(start|end|text_sha256|text_length): .*\n", re.MULTILINE)
    path.write_text(derived.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A Hub on this machine, which this process and the commands that it starts ask, with a token."""
    from huggingface_hub import constants

    with running_hub() as running:
        home = tmp_path / "hf"
        for name, value in {
            "HF_ENDPOINT": running.url,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HOME": str(home),
            "HF_TOKEN": TOKEN,
        }.items():
            monkeypatch.setenv(name, value)
        # The library reads these from the environment when it is imported.
        monkeypatch.setattr(constants, "ENDPOINT", running.url)
        template = "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", running.url + template)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
        # Requests that failed are tried again at once.
        monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
        yield running
