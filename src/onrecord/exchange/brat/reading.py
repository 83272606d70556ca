"""Import brat's standoff format: annotations in ``.ann`` files, texts in ``.txt`` files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from onrecord.errors import InputError
from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, problem_at
from onrecord.exchange.brat.article import article_of
from onrecord.exchange.brat.options import BratOptions, listed
from onrecord.exchange.brat.pairing import Names, Pair, Texts, beside, check_apart
from onrecord.files.opening import File, absolute, content, decode
from onrecord.findings import Mark, Where
from onrecord.rules import importing


@dataclass(frozen=True, kw_only=True)
class Brat(BratOptions):
    """Import attributions annotated with brat, a pair of files `.ann` and `.txt` per article.

    Source: Stenetorp et al. (2012), "brat: a Web-based Tool for NLP-Assisted Text Annotation",
    https://brat.nlplab.org/standoff.html. By default the types are those of PolNeAR (Newell,
    Margolin and Ruths 2018): events `Attribution` with the arguments `Source`, `Cue` and `Content`.
    Options take several names with commas between them; arguments of a name may be several and
    numbered, `Content Content2`.

    A path is a folder, an `.ann` or a `.txt` file. Texts are used exactly as they are, including
    line ends; offsets count code points unless --offsets says otherwise. A text
    without an `.ann` file is reported and not imported.

    How the text of a file of annotations is found:

    - --names lists the patterns of the names of `.ann` files, without the ending, with commas between
      them; the first that leads to a text is used. `{text}` is the name of the text, `{annotator}`
      who annotated it. By default these are `{text}` and `{text}_{annotator}`, as in PolNeAR, where
      `attributions/pier_ab12.ann` annotates `text/pier.txt`. A pattern may have folders:
      `{annotator}/{text}` means one folder per annotator.
    - The text is beside the annotations, else anywhere in the folders that are imported; of
      several, in the folder that has most in common with that of the annotations. --source-texts
      names another folder, and then texts are only looked for there.
    - The annotations of several people of one text are quotes of one article. The annotator is in
      `annotation.annotators` and in the ids: `q1-ab12`. Two files for one text without names of
      annotators are an error.
    - A file without a text is reported with the names that were expected.

    What maps to what:

    - the text's name: the article's `id`, with the folder's where two texts have the same. The text
      is `text`. Of title, date and rights brat says nothing: use --license and --redistribute.
    - each event of the type --event: a quote, `q1` and so on in their order, the event's id as
      `annotation.origin.id`. Its fragments and arguments --content are `content`, in text order;
      --cue is `cue`, --source the `speakers`, --addressee the `addressees`, --relay `relayed_by`. A
      text-bound annotation may be used by many events.
    - each argument that is a source: one source, in the order of the arguments, as `Source Source2`
      for a joint statement; its words are its `mentions`, a fragment each.
    - the trigger: kept in `annotation.origin.fields` if it stands outside of all arguments. Name
      `trigger` in --cue if it is the cue.
    - `attribution`: attributed with a source, unattributed without one. --no-source names
      attributes, values of attributes or `NAME=VALUE` that say that there is none; so do events and
      attributes with the name of the event before such a name, as `Attribution-no-source`;
      --attribution-attribute names one with the values of the field itself. Where they contradict
      the arguments, a warning says so and the arguments count; `unknown` stands for a source that
      there is said to be and none is marked.
    - `type`: from the attribute --type-attribute, if there is one. Otherwise the quotation marks in
      the text decide: direct, if all words of the content are inside them; indirect, if none is;
      else mixed. The spans of a mixed quote are split at the marks, so that those inside are
      `quoted` and the others are not; otherwise spans are as annotated, with outer marks if they
      have them. Marks are “…” „…“ «…» »…« 「…」 『…』 ‘…’ "…" ``…'' ‘‘…’’ and their like, paired
      within a paragraph; speech that goes on in the next one repeats the mark that opens it, or
      has the one that closes it at its beginning. ’ in a word or at its end is an apostrophe where
      another one closes. Marks around the whole of the quote that one is nested in say nothing about it.
    - `medium`: from the attribute --medium-attribute.
    - `within`: the quote that a relation --within names (Arg1 is within Arg2), else the smallest
      one that holds all words of this one. Two of just the same words are not nested.
    - `relations`: from relations `SameStatement`, `TranslationOf`, `Paraphrases` and `Answers` between
      attributions, in any spelling, at the quote that is Arg1.
    - the comment of an event (`AnnotatorNotes`): `annotation.note`.
    - normalisations of a source to `Wikidata:Q…`: its `wikidata`, and its `name` if there is one.
    - other arguments, attributes, normalisations and notes: `annotation.origin.fields`.
    - what an export of this program adds (notes `Onrecord`, events `Claim`, the attribute
      `Quoted`, files `.onrecord.jsonl`) is read as it was written. The rights of its articles are
      theirs, unless --license or --redistribute say otherwise.

    What is lost, with a warning for each: annotations that are part of no attribution, events of
    other types with their arguments, other relations, and equivalences. A line that is
    malformed, twice there or wrong in its offsets refuses the attributions that need it; if none
    does, it counts as an item of its own.
    """

    name: ClassVar[str] = "brat"
    item: ClassVar[str] = "attribution"
    suffixes: ClassVar[tuple[str, ...]] = (".ann", ".txt")
    form: ClassVar = "yaml"

    def files(self, files: list[File]) -> list[File]:
        """Return the ``.ann`` files, and the ``.txt`` files that have none."""
        paths = [file.path for file in files]
        for path in paths:
            if path.suffix.lower() not in self.suffixes:
                raise InputError(f"{path.as_posix()} is neither an .ann nor a .txt file")
        texts = [path for path in paths if path.suffix.lower() == ".txt"]
        annotations = {absolute(path): path for path in paths if path.suffix.lower() == ".ann"}
        for path in texts:
            if found := beside(path, ".ann"):
                annotations.setdefault(absolute(found), found)
        names, among = Names(listed(self.names)), self._texts(texts)
        pairs = [among.pair(path, names) for _, path in sorted(annotations.items())]
        check_apart(pairs)
        self._pairs.update((absolute(pair.annotations), pair) for pair in pairs)
        self._ids.update(_ids({pair.name for pair in pairs}))
        paired = {absolute(pair.text) for pair in pairs if pair.text}
        alone = [path for path in texts if absolute(path) not in paired]
        chosen = [*(pair.annotations for pair in pairs), *alone]
        return [files[0].at(path) for path in sorted(chosen)]

    def _texts(self, texts: list[Path]) -> Texts:
        """Return the texts that annotations may belong to; those of --source-texts if it is set."""
        folder = self.source_texts
        if folder is None:
            return Texts(texts, beside=True)
        if not folder.is_dir():
            raise InputError(f"--source-texts: {folder} is not a folder")
        found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".txt"]
        found = [path for path in found if path.is_file() and not path.name.startswith(".")]
        if not found:
            raise InputError(f"--source-texts: {folder} holds no .txt file")
        return Texts(found, beside=False)

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the article of a file with its attributions."""
        if file.path.suffix.lower() == ".txt":
            yield _without_annotations(file)
        else:
            yield article_of(self, file, self.pair_of(file.path), self.id_of(file.path))

    def pair_of(self, path: Path) -> Pair:
        """Return a file of annotations with its text."""
        found = self._pairs.get(absolute(path))
        return found or self._texts([]).pair(path, Names(listed(self.names)))

    def id_of(self, path: Path) -> str:
        """Return the id of the article of a file, unless an export names another one."""
        name = self.pair_of(path).name
        return self._ids.get(name) or ids.slug(name.stem)

    @cached_property
    def _ids(self) -> dict[Path, str]:
        return {}

    @cached_property
    def _pairs(self) -> dict[Path, Pair]:
        return {}


def _ids(paths: Iterable[Path]) -> dict[Path, str]:
    """Return a unique id for each file: its name, with names of folders if necessary."""
    named: dict[str, list[Path]] = {}
    for path in sorted(paths):
        named.setdefault(ids.slug(path.stem), []).append(path)
    found = {}
    for name, alike in named.items():
        shared = len(_common(alike)) if len(alike) > 1 else 0
        for path in alike:
            apart = "/".join(path.with_suffix("").parts[shared:])
            found[path] = name if len(alike) == 1 else ids.slug(apart)
    return found


def _common(paths: Sequence[Path]) -> list[str]:
    """Return the folders that all paths have in common."""
    shared = []
    for parts in zip(*(path.parent.parts for path in paths), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return shared


def _without_annotations(file: File) -> ImportedArticle:
    text = decode(file, content(file))
    where: Where = lambda: text.point(Mark(0, 0, 0))  # noqa: E731  # a place, as elsewhere
    why = "no .ann file annotates it; --names tells how the names of files pair"
    what = f"the text {file.path.name}"
    problems = [problem_at(where, importing.NotCarriedOver, what=what, why=why)]
    return ImportedArticle(where, problems=problems, size=file.path.stat().st_size)
