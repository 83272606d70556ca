"""Spans that do not agree with the text, or are cut where nobody would cut."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import strategies as st

from onrecord.anchoring.spans import spans as spans_of
from onrecord.schema import current
from tests.rules.mutations import Broken, mutation

# The spans of the sound document, by their paths in the quote.
PATHS = ("content[0]", "cue[0]", "speakers[0].mentions[0]")


def sound(corpus, path="content[0]"):
    """A span of the sound document, the document, and where a finding of the span is to be."""
    document = corpus[-1]
    quote = document["quotes"][0]
    found = {
        "content[0]": quote["content"][0],
        "cue[0]": quote["cue"][0],
        "speakers[0].mentions[0]": quote["speakers"][0]["mentions"][0],
    }
    return found[path], document, Broken("harbour.q1", path)


def any_span(draw, corpus):
    """Any span of a quote or claim, and where a finding of it is to be."""
    found = []
    for document in corpus:
        for path, _, span in spans_of(current.Document, document):
            table, number, *inner = path
            record = f"{document['article']['id']}.{document[table][number]['id']}"
            steps = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in inner)
            found.append((span, Broken(record, steps.removeprefix("."))))
    return draw(st.sampled_from(found))


def rewrite(document, text, shift=0):
    """Another text, in which all words stand so much further on."""
    article = document["article"]
    digest = sha256(text.encode()).hexdigest()
    article.update(text=text, text_sha256=digest, text_length=len(text))
    for _, _, span in spans_of(current.Document, document):
        span["start"] += shift
        span["end"] += shift


def place(document, span, start, end):
    """Move a span, and put the words that stand there into it."""
    span.update(start=start, end=end, exact=document["article"]["text"][start:end])


def below(broken, field):
    return broken._replace(path=f"{broken.path}.{field}")


@mutation("span-words-differ")
def say_something_else(draw, corpus):
    span, broken = any_span(draw, corpus)
    span["exact"] += " \N{SNOWMAN} and more"
    return below(broken, "exact")


@mutation("span-moved")
def shift_a_span(draw, corpus):
    span, _, broken = sound(corpus, draw(st.sampled_from(PATHS)))
    span["start"] += 1
    span["end"] += 1
    return broken


@mutation("span-ambiguous")
def mean_one_of_several(draw, corpus):
    span, document, broken = sound(corpus, "cue[0]")
    more = draw(st.integers(1, 5))
    rewrite(document, document["article"]["text"] + " Nobody said so." * more)
    span.update(start=3, end=7)
    return broken


@mutation("offsets-in-other-units")
def count_other_units(draw, corpus):
    span, document, broken = sound(corpus, draw(st.sampled_from(PATHS)))
    rewrite(document, "\N{OCTOPUS} " + document["article"]["text"], shift=2)
    before = document["article"]["text"][: span["start"]]
    encoding, width = draw(st.sampled_from([("utf-16-le", 2), ("utf-8", 1)]))
    span["start"] = len(before.encode(encoding)) // width
    span["end"] = span["start"] + len(span["exact"].encode(encoding)) // width
    return broken


@mutation("span-length-differs")
def stretch_a_span_without_text(draw, corpus):
    span, document, broken = sound(corpus, draw(st.sampled_from(PATHS[1:])))
    del document["article"]["text"]
    document["article"]["url"] = "https://example.org/harbour"
    document["article"]["rights"]["redistribute"] = "quotes"
    span["end"] -= draw(st.integers(1, 3))
    return below(broken, "exact")


@mutation("span-outside-text")
def leave_the_text(draw, corpus):
    span, _, broken = sound(corpus, draw(st.sampled_from(PATHS)))
    span["exact"] = "nobody wrote it \N{SNOWMAN}"
    span["end"] = draw(st.integers(290, 2**31 - 1))
    return below(broken, "end")


@mutation("span-empty")
def reverse_a_span(draw, corpus):
    span, _, broken = sound(corpus, draw(st.sampled_from(PATHS)))
    span["end"] = draw(st.integers(0, span["start"]))
    return below(broken, "end")


@mutation("span-half-located")
def lose_an_offset(draw, corpus):
    span, _, broken = sound(corpus, draw(st.sampled_from(PATHS)))
    del span[draw(st.sampled_from(["start", "end"]))]
    return broken


@mutation("spans-out-of-order")
def exchange_two_spans(draw, corpus):
    span, document, broken = sound(corpus)
    space = draw(st.sampled_from([3, 8, 16, 20]))
    other = dict(span)
    place(document, other, 1, space)
    place(document, span, space + 1, 29)
    document["quotes"][0]["content"].append(other)
    return broken._replace(path="content[1].start")


@mutation("span-without-words")
def forget_the_words(draw, corpus):
    span, broken = any_span(draw, corpus)
    del span["exact"]
    return broken


@mutation("span-digest-differs")
def take_another_digest(draw, corpus):
    span, broken = any_span(draw, corpus)
    span["sha256"] = "0" * 64
    if draw(st.booleans()):
        del span["exact"]
    return below(broken, "sha256")


@mutation("span-context-differs")
def take_another_context(draw, corpus):
    span, broken = any_span(draw, corpus)
    field = draw(st.sampled_from(["prefix", "suffix"]))
    span[field] = "\N{SNOWMAN} elsewhere"
    return below(broken, field)


@mutation("offsets-without-digest")
def forget_the_digest(draw, corpus):
    located = [document for document in corpus if [*spans_of(current.Document, document)]]
    article = draw(st.sampled_from(located))["article"]
    del article[draw(st.sampled_from(["text_sha256", "text_length"]))]
    return Broken(article["id"], "")


@mutation("verbatim-contradicts-type")
def doubt_the_words(draw, corpus):
    sound(corpus)[0]["quoted"] = draw(st.just(False))
    return Broken("harbour.q1", "type")


@mutation("span-edge-blank")
def take_in_a_space(draw, corpus):
    span, document, broken = sound(
        corpus, draw(st.sampled_from(["cue[0]", "speakers[0].mentions[0]"]))
    )
    blank = draw(st.sampled_from(" \n\t\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"))
    text = document["article"]["text"]
    rewrite(document, text[:30] + blank + text[31:40] + blank + text[41:])
    place(document, span, span["start"] - 1, span["end"])
    return broken


@mutation("character-cut")
def cut_a_character(draw, corpus):
    span, document, broken = sound(corpus)
    left, right = draw(
        st.sampled_from(
            [
                ("q", "\N{COMBINING ACUTE ACCENT}"),
                ("\U0001f469\u200d\U0001f469", "\u200d\U0001f467"),
                ("\U0001f1fa", "\U0001f1e6"),
                ("\N{THUMBS UP SIGN}", "\N{EMOJI MODIFIER FITZPATRICK TYPE-4}"),
                ("शा", "ं"),
            ]
        )
    )
    text = document["article"]["text"]
    rewrite(document, text[:20] + left + right + text[28:])
    shift = len(left + right) - 8
    for path in PATHS[1:]:
        other = sound(corpus, path)[0]
        other["start"] += shift
        other["end"] += shift
    place(document, span, 1, 20 + len(left))
    return below(broken, "end")


@mutation("word-cut")
def cut_a_word(draw, corpus):
    span, document, broken = sound(corpus)
    start, end = draw(st.sampled_from([(2, 29), (1, 15), (1, 27), (5, 29), (22, 29)]))
    place(document, span, start, end)
    return below(broken, "start" if end == 29 else "end")


@mutation("marks-in-span")
def take_in_the_marks(draw, corpus):
    span, document, broken = sound(corpus)
    first, last = draw(st.sampled_from(["“”", "„“", "»«", '""', "「」", "‘’"]))
    text = document["article"]["text"]
    rewrite(document, first + text[1:29] + last + text[30:])
    place(document, span, 0, 30)
    return broken


@mutation("marks-missing")
def say_it_without_marks(draw, corpus):
    span, document, broken = sound(corpus)
    text = document["article"]["text"]
    rewrite(document, draw(st.sampled_from("XI")) + " " + text[1:29] + text[30:])
    place(document, span, 2, 30)
    return below(broken, "quoted")


@mutation("marks-unheeded")
def disregard_the_marks(draw, corpus):
    span, document, broken = sound(corpus)
    span["quoted"] = False
    document["quotes"][0]["type"] = draw(st.just("indirect"))
    return below(broken, "quoted")


@mutation("marks-unbalanced")
def take_in_one_mark(draw, corpus):
    span, document, broken = sound(corpus)
    place(document, span, *draw(st.sampled_from([(0, 29), (1, 30)])))
    return broken


@mutation("marks-uncovered")
def claim_to_have_all_quotes(draw, corpus):
    more = draw(
        st.sampled_from(
            ["“Nobody will pay for it.”", "„Wer soll das bezahlen?“", "«No lo sé, alcalde»"]
        )
    )
    document = corpus[-1]
    rewrite(document, f"{document['article']['text']} {more}")
    document["article"]["coverage"] = {"quotes": "all"}
    return Broken("harbour", "coverage.quotes")
