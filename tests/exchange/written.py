"""Write records in a format, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.corpus.corpus import Corpus
from onrecord.exchange.base import ArticleRecords, Exporter, Omission
from onrecord.exchange.bundles import parts


def written(
    exporter: Exporter, bundles: Iterable[ArticleRecords]
) -> tuple[dict[str, str], list[Omission]]:
    """Return the texts of all files by their names, and what is left out."""
    files: dict[str, str] = {}
    shared: dict[str, list[str]] = {name: [] for name in exporter.shared()}
    omissions: list[Omission] = []
    for output in (one for bundle in bundles for one in exporter.write(bundle)):
        if isinstance(output, Omission):
            omissions.append(output)
        elif output[0] in shared:
            shared[output[0]].append(output[1])
        else:
            files |= [output]
    for name, frame in exporter.shared().items():
        end = frame.after if shared[name] else frame.empty
        files[name] = frame.before + frame.between.join(shared[name]) + end
    return files, omissions


def records_by_article(corpus: Corpus) -> Iterator[ArticleRecords]:
    """Yield the articles of a corpus with their records, in the order of their ids."""
    for part in parts(corpus):
        yield from part.bundles()
