"""The GitHub action and the pre-commit hooks: their scripts are run here as they are run there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from onrecord.rules.examples import article
from tests import ROOT
from tests.commands import install_program
from tests.drawing import nightly

pytestmark = pytest.mark.slow

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
INSTALL, VALIDATE = ACTION["runs"]["steps"]
BAD = "quotes: [{attribution: unattributed}]"


def tool(name, *arguments):
    command = [str(Path(sys.executable).with_name(name)), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_action_fits_the_schema_of_actions():
    done = tool(
        "check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"
    )
    assert done.returncode == 0, done.stdout


def test_the_hooks_are_a_manifest():
    done = tool("pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout


def test_no_input_stands_in_a_script():
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        assert "uses" not in step


def test_every_input_is_described_and_used():
    given = {
        value
        for step in ACTION["runs"]["steps"]
        for value in step["env"].values()
        if "inputs." in value
    }
    assert given == {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
    assert all(one["description"] and "default" in one for one in ACTION["inputs"].values())


def test_every_variable_of_a_script_is_given():
    known = {"RUNNER_TEMP", "GITHUB_PATH", "GITHUB_ACTION_PATH", "GITHUB_STEP_SUMMARY"}
    for step in ACTION["runs"]["steps"]:
        assert set(re.findall(r"\$\{?([A-Z_]+)", step["run"])) <= known | set(step["env"])


def test_it_asks_for_no_right():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert not re.search(r"token|secrets|pull_request_target|: write\b", text)


# The script, in a checkout


def git(*arguments, cwd="."):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, "-C", str(cwd), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def write(folder, name, overlay=""):
    path = folder / "dataset" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(article(name, overlay), encoding="utf-8")


def commit(folder):
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "more", cwd=folder)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A repository whose main has an error in ``old``, and a pull request merged onto it."""
    folder = tmp_path_factory.mktemp("origin")
    git("init", "-q", "-b", "main", cwd=folder)
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=folder)
    write(folder, "old", BAD)
    write(folder, "near")
    write(folder, "far", "claims: [{relations: [{type: supports, claim_id: near.c1}]}]")
    commit(folder)
    git("switch", "-q", "-c", "request", cwd=folder)
    (folder / "dataset" / "near.yaml").unlink()
    write(folder, "new", BAD)
    commit(folder)
    git("switch", "-q", "main", cwd=folder)
    write(folder, "theirs", BAD)
    commit(folder)
    git("switch", "-q", "-c", "merge", cwd=folder)
    git("merge", "-q", "--no-ff", "-m", "merge", "request", cwd=folder)
    git("switch", "-q", "main", cwd=folder)
    return folder


@pytest.fixture
def origin(original, tmp_path):
    """A copy of the repository."""
    return shutil.copytree(original, tmp_path / "origin")


@pytest.fixture
def runner(tmp_path, monkeypatch):
    """A runner: what it sets, and the program as the first step leaves it."""
    (tmp_path / "temp").mkdir()
    path = install_program(tmp_path / "bin", "unattributed-with-speaker", "dangling-reference")
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "temp"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def run(step, cwd, base="", head="", **inputs):
    """Run a step as the runner does, with its inputs filled in."""
    values = {name: about["default"] for name, about in ACTION["inputs"].items()} | inputs
    environment = dict(os.environ)
    for name, value in step["env"].items():
        if "pull_request.base.sha" in value:
            environment[name] = f"{base} {head}"
        else:
            environment[name] = values[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)[1]]
    script = Path(os.environ["RUNNER_TEMP"]) / "script.sh"
    script.write_text(step["run"], encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def annotated(done):
    return set(re.findall(r"^::error file=([^,]+),.*title=([^:]+)::", done.stdout, re.MULTILINE))


OWN = {
    ("dataset/new.yaml", "unattributed-with-speaker"),
    ("dataset/far.yaml", "dangling-reference"),
}


@pytest.mark.parametrize("depth", [1, 0])
def test_a_pull_request_is_told_what_it_changes_and_breaks(origin, runner, depth):
    clone = runner / "clone"
    much = [f"--depth={depth}"] if depth else []
    git("clone", "-q", *much, "--branch=merge", f"file://{origin}", str(clone), cwd=runner)
    base = git("rev-parse", "main", cwd=origin)
    done = run(VALIDATE, clone, base=base)
    assert done.returncode == 1, done.stderr
    assert annotated(done) == OWN
    summary = (runner / "summary.md").read_text(encoding="utf-8")
    assert "onrecord: 2 errors" in summary.partition("\n")[0]
    assert "checked 4 articles" in summary
    assert f"compared with {base}" in summary
    assert "::error" not in summary
    shallow = git("rev-parse", "--is-shallow-repository", cwd=clone)
    assert shallow == ("true" if depth else "false")


def test_a_checkout_in_a_folder_of_the_workspace(origin, runner, monkeypatch):
    clone = runner / "work" / "data"
    git("clone", "-q", "--depth=1", "--branch=merge", f"file://{origin}", str(clone), cwd=runner)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(clone.parent))
    base, head = (git("rev-parse", name, cwd=origin) for name in ("main", "request"))
    done = run(VALIDATE, clone.parent, base, head, path="data/dataset")
    assert done.returncode == 1, done.stderr
    assert annotated(done) == OWN


@pytest.mark.parametrize("depth", [1, *nightly(0)])
def test_what_a_pull_request_is_merged_onto_may_be_newer_than_its_base(origin, runner, depth):
    clone = runner / "clone"
    much = [f"--depth={depth}"] if depth else []
    git("clone", "-q", *much, "--branch=merge", f"file://{origin}", str(clone), cwd=runner)
    stale, head = (git("rev-parse", name, cwd=origin) for name in ("main~", "request"))
    done = run(VALIDATE, clone, stale, head)
    assert annotated(done) == OWN, done.stderr


@pytest.mark.parametrize("depth", [1, *nightly(0)])
def test_a_checkout_of_the_head_is_compared_with_where_it_parted(origin, runner, depth):
    """Its last commit merges main into it: its first parent is what it was before."""
    git("switch", "-q", "request", cwd=origin)
    git("merge", "-q", "--no-ff", "-m", "merge", "main", cwd=origin)
    clone = runner / "clone"
    much = [f"--depth={depth}"] if depth else []
    git("clone", "-q", *much, "--branch=request", f"file://{origin}", str(clone), cwd=runner)
    base, head = (git("rev-parse", name, cwd=origin) for name in ("main", "request"))
    done = run(VALIDATE, clone, base, head)
    assert annotated(done) == OWN, done.stderr


def test_a_folder_that_looks_like_a_repository_is_not_asked(origin, runner):
    """Git would run the program with which it says to fetch."""
    git("switch", "-q", "merge", cwd=origin)
    fake = origin / "dataset"
    for name in ("refs/heads", "objects/info"):
        (fake / name).mkdir(parents=True)
    (fake / "HEAD").write_text("ref: refs/heads/main\n")
    (fake / "refs/heads/main").write_text(git("rev-parse", "HEAD", cwd=origin) + "\n")
    (fake / "objects/info/alternates").write_text("../../.git/objects\n")
    (fake / "config").write_text(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n"
        f'[remote "origin"]\nurl = {origin}\nuploadpack = "touch {runner}/pwned; git-upload-pack"\n'
    )
    git("add", "-f", "-A", cwd=origin)
    git("commit", "-q", "--amend", "-m", "merge", cwd=origin)
    clone = runner / "clone"
    git("clone", "-q", "--depth=1", "--branch=merge", f"file://{origin}", str(clone), cwd=runner)
    base, head = (git("rev-parse", name, cwd=origin) for name in ("main", "request"))
    done = run(VALIDATE, clone, base, head)
    assert annotated(done) >= OWN
    assert not list(runner.rglob("pwned"))


def test_a_push_is_told_the_whole(origin, runner):
    done = run(VALIDATE, origin)
    assert done.returncode == 1
    assert {file for file, _ in annotated(done)} == {"dataset/old.yaml", "dataset/theirs.yaml"}
    everything = run(
        VALIDATE, origin, base=git("rev-parse", "main", cwd=origin), **{"changed-since": "all"}
    )
    assert annotated(everything) == annotated(done)


def test_inputs_are_passed_on(origin, runner):
    git("switch", "-q", "merge", cwd=origin)
    done = run(VALIDATE, origin, **{"changed-since": "main", "fail-on": "never"})
    assert done.returncode == 0
    assert annotated(done) == OWN
    (origin / "known.json").write_text('{"baseline_version": "1"}')
    (origin / "texts").mkdir()
    done = run(
        VALIDATE,
        origin,
        path="dataset/old.yaml\ndataset/new.yaml\n",
        texts="texts",
        baseline="known.json",
        arguments="--fail-on\nnever\n",
        report="report.json",
        **{"report-format": "json"},
    )
    assert {file for file, _ in annotated(done)} == {"dataset/old.yaml", "dataset/new.yaml"}
    assert done.returncode == 1  # the input decides over further arguments
    report = json.loads((origin / "report.json").read_text(encoding="utf-8"))
    assert report["summary"]["errors"] == 2


def test_what_could_not_be_looked_at_fails(origin, runner):
    done = run(VALIDATE, origin, path="nothing", report="report.json")
    assert done.returncode == 3
    assert "nothing" in done.stderr
    assert not (origin / "report.json").exists()


HOSTILE = "dataset; touch pwned $(touch pwned) `touch pwned` \"; touch pwned; '\n--help"


def test_nothing_that_is_given_is_run(origin, runner):
    (runner / "bin" / "onrecord").write_text("#!/bin/sh\nexit 3\n")
    for name in sorted(set(ACTION["inputs"]) - {"python", "report"}):
        done = run(VALIDATE, origin, **{name: HOSTILE})
        assert not list(runner.rglob("pwned")), name
        assert done.returncode == 3, name


@pytest.mark.xdist_group("wheel")
def test_the_first_step_installs_the_action_and_runs_nothing_of_the_checkout(
    runner, monkeypatch, wheel
):
    checkout = runner / "checkout"
    for name in ("venv.py", "ensurepip.py", "site.py", "pip/__init__.py", "pip/__main__.py"):
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(runner / 'pwned')!r}, 'w')\n")
    monkeypatch.setenv("PYTHONPATH", str(checkout))
    # What is built of the checkout; what it needs is installed already.
    monkeypatch.setenv("GITHUB_ACTION_PATH", str(wheel))
    monkeypatch.setenv("GITHUB_PATH", str(runner / "path"))
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    monkeypatch.setenv("PIP_NO_COMPILE", "1")
    assert '"${GITHUB_ACTION_PATH}[validate]"' in INSTALL["run"]
    done = run(INSTALL, checkout, python=sys.executable)
    assert done.returncode == 0, done.stderr
    assert not (runner / "pwned").exists()
    program = Path((runner / "path").read_text().strip(), "onrecord")
    shown = subprocess.run(
        [program, "validate", ROOT / "dataset"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": sysconfig.get_path("platlib")},
    )
    assert shown.returncode == 0, shown.stderr
    assert "no errors" in shown.stdout


# The hooks


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_a_command_that_there_is(hook, tmp_path):
    program, *arguments = hook["entry"].split()
    assert program == "onrecord"
    folder = tmp_path / "dataset"
    shutil.copytree(ROOT / "dataset", folder)
    command = [sys.executable, "-m", "onrecord", *arguments, *hook["args"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert hook["pass_filenames"] is False
    assert hook["additional_dependencies"] == [".[validate]"]


@pytest.mark.parametrize("change", ["delete", "packed", *nightly("move")])
def test_a_hook_looks_whatever_is_committed(tmp_path, monkeypatch, change):
    git("init", "-q", "-b", "main", cwd=tmp_path)
    write(tmp_path, "near")
    write(tmp_path, "far", "claims: [{relations: [{type: supports, claim_id: near.c1}]}]")
    # The manifest's hook, of the program that is installed already.
    program = f"{sys.executable} -m onrecord"
    hook = HOOKS[0] | {
        "language": "system",
        "entry": HOOKS[0]["entry"].replace("onrecord", program),
    }
    del hook["additional_dependencies"]
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    commit(tmp_path)
    near = tmp_path / "dataset" / "near.yaml"
    if change == "delete":
        near.unlink()
    elif change == "move":
        near.rename(tmp_path / "near.yaml")
    else:
        (tmp_path / "dataset" / "quotes.jsonl.zst").write_bytes(b"damaged")
    git("add", "-A", cwd=tmp_path)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    done = tool("pre-commit", "run")
    assert done.returncode == 1, done.stdout
    assert "dangling-reference" in done.stdout or "quotes.jsonl.zst" in done.stdout


# What the guide shows

GUIDE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples" / "ci"


def without_comments(name):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(True) if not line.startswith("#"))


@pytest.mark.parametrize(
    "name",
    ["workflow.yml", "publish-workflow.yml", "code-scanning.yml", "pre-commit-config.yaml"],
)
def test_the_guide_shows_the_examples(name):
    assert f"```yaml\n{without_comments(name)}```" in GUIDE


def test_the_guide_shows_the_settings_of_the_example():
    validation = without_comments("corpus.yaml").partition("\n\n")[2]
    assert f"```yaml\n{validation}```" in GUIDE


def test_the_workflows_of_the_guide_are_workflows():
    paths = sorted(path for path in EXAMPLES.glob("*.yml"))
    done = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *paths)
    assert len(paths) > 2
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "permissions"),
    [
        ("workflow.yml", {"contents": "read"}),
        ("code-scanning.yml", {"contents": "read", "security-events": "write"}),
    ],
)
def test_the_workflows_of_the_guide_use_the_action(name, permissions):
    workflow = yaml.safe_load(without_comments(name))
    assert workflow["permissions"] == permissions
    (job,) = workflow["jobs"].values()
    (step,) = (one for one in job["steps"] if "onrecord@" in one["uses"])
    assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_configuration_of_the_guide_is_one():
    done = tool("pre-commit", "validate-config", EXAMPLES / "pre-commit-config.yaml")
    assert done.returncode == 0, done.stdout
    config = yaml.safe_load(without_comments("pre-commit-config.yaml"))
    # The other hook is not for repositories with several branches, and the guide says so.
    validating, publishing = (hook["id"] for hook in HOOKS)
    assert [hook["id"] for hook in config["repos"][0]["hooks"]] == [validating]
    assert f"`{publishing}`" in GUIDE


def test_the_guide_describes_every_input():
    for name, about in ACTION["inputs"].items():
        default = f"`{about['default']}`" if about["default"] else ""
        meaning = " ".join(about["description"].split()).rstrip(".")
        assert f"| `{name}` | {meaning} | {default} |" in GUIDE


def test_the_table_of_the_guide_is_read():
    (table,) = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    import tomllib

    from onrecord.validation.settings import Settings

    given = tomllib.loads(table)["tool"]["onrecord"]
    assert Settings.model_validate_json(json.dumps(given)).ignore[0].reason
