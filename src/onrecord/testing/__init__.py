"""Generate valid records and whole consistent corpora, as Hypothesis strategies.

For this project's tests, and for those of anyone who reads or writes its records::

    from hypothesis import given

    from onrecord.testing import documents

    @given(documents())
    def test_my_reader_finds_every_quote(document): ...

In what they yield, every rule of the project holds. The texts mix scripts, directions, combining
marks and emoji, so that code which counts bytes, UTF-16 units or user-perceived characters where
it should count code points, or which takes a text apart or folds it, is soon found out.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as missing:
    raise ImportError("onrecord.testing needs Hypothesis: pip install hypothesis") from missing

from onrecord.testing.strategies import (
    Form,
    articles,
    claims,
    corpora,
    corpus_infos,
    documents,
    quotes,
)

__all__ = ["Form", "articles", "claims", "corpora", "corpus_infos", "documents", "quotes"]
