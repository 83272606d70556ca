"""``onrecord new``: draft a document for a text."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import COULD_NOT_LOOK, DONE, USAGE
from onrecord.cli.options import paths_argument, text_format_option
from onrecord.cli.parser import option, with_options
from onrecord.cli.printing import complain, say
from onrecord.errors import InputError, need
from onrecord.text_formats import TextFormatName


@dataclass(frozen=True, kw_only=True)
class _Options:
    files: list[Path] = paths_argument("TEXT", "files of texts")
    out: Path | None = option(
        "a folder, or the document itself (default: articles/YEAR in the corpus at or above "
        "the current folder, or else the current folder)",
        metavar="PATH",
        type=Path,
    )
    url: str | None = option("where the article was published")
    published: str | None = option("when it was published, such as 2024-05-02")
    title: str | None = option("its headline")
    publisher: str | None = option("the name of its publisher", metavar="NAME")
    language: str | None = option(
        "its language, such as en (default: what is detected)", metavar="TAG"
    )
    license: str = option("licence of the text (default: %(default)s)", default="NOASSERTION")
    redistribute: str = option(
        "which words may be passed on (default: %(default)s)",
        choices=("full", "quotes", "none"),
        default="quotes",
    )
    text_format: TextFormatName | None = text_format_option()


@with_options(
    _Options,
    """
    onrecord new texts/2024-05-02-harbour.txt
    onrecord new harbour.txt --url https://gazette.example.org/1 --published 2024-05-02 --out articles/2024
    """,
    "0 written, 2 wrong usage, 3 could not read or write",
)
def command(options: _Options) -> int:
    """Draft documents, and print what is left to decide."""
    need("validate")
    from onrecord.drafting.draft import Facts, draft, open_questions
    from onrecord.drafting.existing import Existing

    if len(options.files) > 1 and (conflict := _single(options)):
        complain(f"{conflict} is for a single text; give the texts one by one")
        return USAGE
    fields = {
        name: value for name in ("title", "url", "published") if (value := getattr(options, name))
    }
    if options.publisher:
        fields["publisher"] = {"name": options.publisher}
    facts = Facts(
        language=options.language,
        fields=fields,
        license=options.license,
        redistribute=options.redistribute,
        text_format=options.text_format,
    )
    status = DONE
    drafts = []
    for text in options.files:
        try:
            drafts.append(draft(text, options.out, facts))
        except InputError as error:
            complain(error)
            status = COULD_NOT_LOOK
    existing = Existing(drafts)
    for drafted in drafts:
        try:
            existing.check(drafted)
            written = drafted.write()
        except InputError as error:
            complain(error)
            status = COULD_NOT_LOOK
            continue
        for path in written:
            say(f"wrote {path}")
        say(f"  language {drafted.document.article.language}; left to decide:")
        for line in open_questions(drafted):
            say(f"  {line}")
    sys.stdout.flush()
    return status


def _single(options: _Options) -> str | None:
    """Return an option that can only be of one text."""
    given = {"--url": options.url, "--title": options.title}
    is_file = options.out is not None and options.out.suffix.lower() in (".yaml", ".yml")
    return next((name for name, value in given.items() if value), "--out FILE" if is_file else None)
