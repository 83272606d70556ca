"""Texts that were damaged, and articles that stand in the corpus twice."""

from __future__ import annotations

import hashlib

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation

CONTROLS = "\x01\x0b\x1b\x7f"
# A text long enough for its likeness to another to be told.
LONG = " ".join(f"On day {day} the council of the port met for hour {day * 7}." for day in range(9))


def damaged(draw, corpus, wrong):
    """Put a damaged title over an article, or a damaged note or name beside its text."""
    document = draw(st.sampled_from(corpus))
    article, id_ = document["article"], document["article"]["id"]
    field = draw(st.sampled_from(["title", "authors", "corrections", "text"]))
    if field == "title":
        article["title"] = wrong
        return Broken(id_, "title")
    if field == "text":
        text = article["text"] + "\n" + wrong
        retell(article, text)
        return Broken(id_, "text")
    if field == "authors":
        article["authors"] = [*article.get("authors", []), wrong]
        return Broken(id_, f"authors[{len(article['authors']) - 1}]")
    corrections = article.setdefault("corrections", [])
    corrections.append({"note": wrong})
    return Broken(id_, f"corrections[{len(corrections) - 1}].note")


def retell(article, text):
    article |= {
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text_length": len(text),
    }


@mutation("mojibake")
def read_as_another_encoding(draw, corpus):
    word = draw(st.sampled_from(["Guantánamo", "São Paulo", "l’été", "Việt Nam", "Привет", "日本"]))
    wrong = word.encode().decode(draw(st.sampled_from(["latin-1", "cp1252"])), "replace")
    if "\ufffd" in wrong:
        wrong = word.encode().decode("latin-1")
    return damaged(draw, corpus, f"in {wrong} today")


@mutation("letters-lost")
def lose_letters(draw, corpus):
    words = ["Guant?namo", "M\ufffdnchen", "Ãtats-Unis", "GroÃbritannien", "isnât", "к?нец"]
    return damaged(draw, corpus, f"in {draw(st.sampled_from(words))} today")


@mutation("control-character")
def leave_a_control(draw, corpus):
    return damaged(draw, corpus, f"the{draw(st.sampled_from(CONTROLS))}port")


@mutation("direction-override")
def turn_the_direction(draw, corpus):
    wrong = draw(
        st.sampled_from(
            ["a \u202etrop", "a \u202bport", "a port\u202c", "a \u2067port", "port\u2069"]
        )
    )
    return damaged(draw, corpus, wrong)


@mutation("markup-in-text")
def leave_markup(draw, corpus):
    wrong = draw(st.sampled_from(["Port &amp; pier", "<p>A port", "a <i>port</i>", "a&nbsp;port"]))
    return damaged(draw, corpus, wrong)


@mutation("invisible-character")
def hide_a_character(draw, corpus):
    return damaged(draw, corpus, f"the por{draw(st.sampled_from(chr(0xFEFF) + chr(0x200B)))}t")


@mutation("not-nfc")
def take_a_letter_apart(draw, corpus):
    wrong = draw(st.sampled_from(["cafe\u0301", "\u212bngstr\u00f6m", "\u1112\u1161"]))
    return damaged(draw, corpus, f"the {wrong} of the port")


@mutation("same-text")
def record_it_again(draw, corpus):
    corpus.append(
        {name: corpus[-1][name] for name in ("schema_version", "annotation")}
        | {"article": corpus[-1]["article"] | {"id": "again"}}
    )
    return Broken("again", "text_sha256")


@mutation("same-url")
def give_one_address_to_two(draw, corpus):
    corpus[-1]["article"]["url"] = "https://example.org/the/port"
    again = {name: corpus[-1][name] for name in ("schema_version", "annotation", "article")}
    again["article"] = again["article"] | {
        "id": "again",
        "url": draw(
            st.sampled_from(
                [
                    "https://example.org/the/port",
                    "http://example.org/the/port/",
                    "https://www.example.org/the/port#top",
                    "https://EXAMPLE.org/the/port?utm_source=mail&fbclid=7",
                ]
            )
        ),
    }
    retell(again["article"], "Another text.")
    corpus.append(again)
    return Broken("again", "url")


@mutation("nearly-same-text")
def record_a_correction(draw, corpus):
    corrected(draw, corpus)
    return Broken("again", "text")


def corrected(draw, corpus):
    """Record the last article again, with a correction of its text."""
    text = f"{corpus[-1]['article']['text']} {LONG}"
    retell(corpus[-1]["article"], text)
    again = {name: corpus[-1][name] for name in ("schema_version", "annotation", "article")}
    again["article"] = again["article"] | {"id": "again"}
    number = draw(st.integers(0, 8))
    retell(again["article"], text.replace(f"On day {number} ", f"On day {number + 10} "))
    corpus.append(again)
