"""Web addresses: which can be none, which are doubtful, and which only look unusual."""

from __future__ import annotations

import pytest

from onrecord.language.addresses import (
    address_date,
    address_defect,
    address_doubt,
    without_trailing,
)

BROKEN = [
    *("www.", "/path", "https://example.org", "http//example.org", "localhost/x", "example"),
    *("[::1", "example.org:99999/", "example.org:abc/", "example..org", "300.1.2.3/", "1.2.3/"),
    *("example.o/", "exam,ple.org/", ".org/", "?q=1", "#x", "exa\u00a0mple.org"),
]
DOUBTFUL = [
    *("u:p@example.org/", "me@example.org/", "news.test/a", "192.168.0.1/a", "127.0.0.1/"),
    *("example.org/a%zz", "example.org/100%", "example.org/a.html,", "example.org/a)"),
    *("example.org/a.html).", "example.org/a.html.", "example.org/<id>", "example.org/{id}"),
    *("example.org/long…", "example.org/long...", "example.org/a”", "example.org/a\u200b"),
]
VALID = [
    *(
        "example.org",
        "пример.example.org/путь",
        "例え.jp/あ",
        "例え。jp/",
        "xn--e1afmkfd.example.org",
    ),
    *("example.org/wiki/سوريا", "example.org/wiki/می\u200cشود", "example.org/wiki/Foo_(bar)"),
    *("example.org/wiki/Example_Inc.", "example.org/a?b=c,d&e=%20", "example.org:8080/x"),
    *("web.archive.org/web/2024/https://example.org/a", "8.8.8.8/", "[2606:4700:4700::1111]/"),
    *("example.org/@user/post", "a_b.example.org/x", "example.org./", "example.org/a|b;c=1#x"),
]


@pytest.mark.parametrize("rest", BROKEN)
def test_what_can_be_no_address(rest):
    assert address_defect(f"https://{rest}")
    assert address_doubt(f"https://{rest}") is None


@pytest.mark.parametrize("rest", DOUBTFUL)
def test_what_is_doubtful(rest):
    assert address_defect(f"https://{rest}") is None
    assert address_doubt(f"https://{rest}")


@pytest.mark.parametrize("rest", VALID)
def test_what_only_looks_unusual(rest):
    assert address_defect(f"https://{rest}") is None
    assert address_doubt(f"https://{rest}") is None
    assert without_trailing(rest) == rest


def test_the_punctuation_of_a_sentence_is_taken_away():
    assert without_trailing("https://example.org/a_(b)).") == "https://example.org/a_(b)"


@pytest.mark.parametrize(
    ("rest", "day"),
    [
        ("/2024/05/06/pier", "2024-05-06"),
        ("/2024/05/06", "2024-05-06"),
        ("/2024/5/6/pier", "2024-05-06"),
        ("/news/2024-05-06-pier", "2024-05-06"),
        ("/news/pier_20240506.html", "2024-05-06"),
        ("/2024.05.06/", "2024-05-06"),
        ("/world/2024/may/06/pier", "2024-05-06"),
        ("/world/2024/May/pier", "2024-05"),
        ("/uploads/2024/05/pier.pdf", "2024-05"),
        ("/web/20240506101500/https://example.org/2023/01/02/a", "2023-01-02"),
        ("/web/20240506101500/https://example.org/a", None),
        ("/06-05-2024/pier", None),
        ("/2024/pier", None),
        ("/pier?date=2024-05-06#2024-05-06", None),
        ("/article/1202405061", None),
        ("/id/20191234", None),
        ("/2024/13/06/", None),
        ("/2024/02/30/", None),
        ("/2019-2020/a", None),
        ("/2024/market/7/x", None),
        ("/2024/maypole/x", None),
        ("", None),
    ],
)
def test_the_date_in_the_path_of_an_address_is_found(rest, day):
    assert address_date(f"https://example.org{rest}") == day
