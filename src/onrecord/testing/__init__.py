"""Generate valid records and whole consistent corpora, as Hypothesis strategies.

They serve this project's tests and those of other programs that read or write its records::

    from hypothesis import given

    from onrecord.testing import documents

    @given(documents())
    def test_my_reader_finds_every_quote(document): ...

All generated data conforms to every rule of the project. The texts mix scripts, directions,
combining marks and emoji. They reveal code that counts bytes, UTF-16 units or user-perceived
characters instead of code points, and code that splits or folds text carelessly.
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
