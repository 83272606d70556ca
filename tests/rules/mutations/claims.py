"""Claims that do not stand alone, stand twice, or disagree with quotes, verdicts and others."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation

DESK = {"reviewer": "Harbour Desk", "original_rating": "see there"}


def any_claim(draw, corpus):
    """The id of a claim, the claim, and its document."""
    return draw(
        st.sampled_from(
            [
                (f"{document['article']['id']}.{claim['id']}", claim, document)
                for document in corpus
                for claim in document["claims"]
            ]
        )
    )


def claim_alone(corpus):
    """The claim of the sound document, which no other record names, and its id."""
    corpus[-1]["claims"][0] |= {"assessments": []}
    return "harbour.c1", corpus[-1]["claims"][0]


def add_claim(corpus, text, **fields):
    claim = corpus[-1]["claims"][0] | {"id": "c2", "text": text} | fields
    corpus[-1]["claims"].append(claim)
    return "harbour.c2"


@mutation("pronoun-as-subject")
def begin_with_a_pronoun(draw, corpus):
    id_, claim, _ = any_claim(draw, corpus)
    claim["language"], claim["text"] = draw(
        st.sampled_from(
            [
                ("en", "They will rebuild the harbour in Exampleton."),
                ("de-CH", "Sie bauen den Hafen von Beispielstadt wieder auf."),
                ("fr", "Cette ville reconstruira le port."),
                ("es", "Ella reconstruirá el puerto."),
                ("it", "Questa città ricostruirà il porto."),
                ("pt-BR", "Eles reconstruirão o porto."),
                ("ru", "Он восстановит порт."),
                ("uk", "Вони відбудують порт."),
                ("tr", "Bu kent limanı yeniden kuracak."),
            ]
        )
    )
    return Broken(id_, "text")


@mutation("relative-date")
def tell_the_time_by_the_day(draw, corpus):
    id_, claim, _ = any_claim(draw, corpus)
    claim |= {"said": None, "period": None}
    claim["language"], claim["text"] = draw(
        st.sampled_from(
            [
                ("en-GB", "The harbour of Exampleton was closed last Friday."),
                ("de", "Der Hafen von Beispielstadt wurde vor zwei Wochen geschlossen."),
                ("fr", "Le port a fermé la semaine dernière."),
                ("es", "El puerto cerró ayer."),
                ("it", "Il porto ha chiuso tre giorni fa."),
                ("pt", "O porto fechou ontem."),
                ("ru", "Порт закрыли в прошлом месяце."),
                ("uk", "Порт закрили торік."),
                ("tr", "Liman geçen hafta kapandı."),
            ]
        )
    )
    return Broken(id_, "text")


@mutation("copied-words")
def copy_the_quote(draw, corpus):
    id_, claim = claim_alone(corpus)
    (span,) = corpus[-1]["quotes"][0]["content"]
    claim["text"] = draw(st.sampled_from([str.upper, str.title, "“{}”".format]))(span["exact"])
    return Broken(id_, "text")


@mutation("duplicate-claim")
def say_it_again(draw, corpus):
    id_, claim, document = any_claim(draw, [one for one in corpus if one["claims"]])
    again = {name: value for name, value in claim.items() if name != "relations"}
    claim["status"] = "active"
    again |= {"id": "again", "status": "active", "text": f"{claim['text'].upper()} !"}
    document["claims"].append(again | {"assessments": []})
    return Broken(f"{id_.partition('.')[0]}.again", "text")


@mutation("claimant-not-speaker")
def give_it_to_another(draw, corpus):
    id_, claim = claim_alone(corpus)
    corpus[-1]["quotes"][0]["speakers"][0] |= {"name": "Ada Muster", "wikidata": "Q1"}
    claim["claimant"] = draw(
        st.sampled_from(
            [
                {"kind": "person", "name": "Bo Beispiel"},
                {"kind": "person", "name": "Bo Muster", "wikidata": "Q2"},
            ]
        )
    )
    return Broken(id_, "claimant")


@mutation("opinion-checkable")
def check_an_opinion(draw, corpus):
    id_, claim = claim_alone(corpus)
    claim["annotation"] = {"method": "automatic", "tool": "a tool", "on": "2024-06-01"}
    claim |= {"kind": draw(st.sampled_from(["opinion", "norm"])), "checkable": True}
    return Broken(id_, "checkable")


@mutation("checkable-too-early")
def check_what_is_to_come(draw, corpus):
    id_, claim = claim_alone(corpus)
    claim["annotation"] = {"method": "automatic", "tool": "a tool", "on": "2024-06-01"}
    claim |= {"checkable": True, "period": draw(st.sampled_from(["2025", "2024-07/.."]))}
    return Broken(id_, "checkable")


@mutation("article-claim-in-quote")
def take_the_words_of_a_speaker(draw, corpus):
    id_, claim = claim_alone(corpus)
    text = corpus[-1]["article"]["text"]
    start, end = draw(st.sampled_from([(1, 29), (9, 28)]))
    words = {"exact": text[start:end], "start": start, "end": end}
    claim |= {"voice": "article", "claimant": None, "quote_ids": [], "content": [words]}
    return Broken(id_, "content[0]")


@mutation("same-and-contradicting")
def contradict_the_same(draw, corpus):
    id_, claim = claim_alone(corpus)
    ids = [f"d{number}" for number in range(draw(st.integers(1, 5)))]
    for id_of, other in zip(ids, ["c1", *ids], strict=False):
        relations = [{"type": "same_as", "claim_id": other}]
        add_claim(corpus, f"A wording of its own, {id_of}.", id=id_of, relations=relations)
    claim["relations"] = [{"type": "contradicts", "claim_id": ids[-1]}]
    return Broken(id_, "relations[0]")


@mutation("updates-each-other")
def update_in_a_circle(draw, corpus):
    id_, claim = claim_alone(corpus)
    others = draw(st.sampled_from([[], [{"type": "supports", "claim_id": "c2"}]]))
    claim["relations"] = [*others, {"type": "updates", "claim_id": "c2"}]
    add_claim(corpus, "Another one.", relations=[{"type": "updates", "claim_id": "c1"}])
    return Broken(id_, f"relations[{len(others)}]")


@mutation("verdicts-disagree")
def rate_it_the_other_way(draw, corpus):
    id_, claim = claim_alone(corpus)
    good = draw(st.sampled_from(["true", "mostly_true"]))
    bad = draw(st.sampled_from(["false", "mostly_false"]))
    claim["assessments"] = [DESK | {"rating": bad}]
    verdict = DESK | {"reviewer": "Town Desk", "rating": good}
    add_claim(
        corpus,
        "Another wording.",
        assessments=[verdict],
        relations=[{"type": "same_as", "claim_id": "c1"}],
    )
    return Broken(id_, "assessments[0].rating")


@mutation("circular-evidence")
def bear_itself_out(draw, corpus):
    id_, claim = claim_alone(corpus)
    corpus[-1]["article"]["url"] = "https://harbour.example.org/a"
    claim["appearances"] = [{"url": "https://harbour.example.org/b"}]
    page = draw(
        st.sampled_from(["http://www.harbour.example.org/a/", "https://HARBOUR.example.org/b#x"])
    )
    evidence = [{"url": page} | draw(st.sampled_from([{}, {"stance": "supports"}]))]
    claim["assessments"] = [DESK | {"evidence": evidence}]
    return Broken(id_, "assessments[0].evidence[0].url")


@mutation("rating-beyond-scale")
def leave_the_scale(draw, corpus):
    id_, claim = claim_alone(corpus)
    rating = draw(st.sampled_from(["7/5", "6 out of 5", "6,5 von 5 Sternen", "150 %", "5 из 4"]))
    claim["assessments"] = [DESK | {"original_rating": rating}]
    return Broken(id_, "assessments[0].original_rating")


@mutation("rating-opposes-label")
def turn_a_rating_round(draw, corpus):
    id_, claim = claim_alone(corpus)
    rating, label = draw(
        st.sampled_from(
            [
                ("false", "TRUE!"),
                ("true", "Pants on Fire"),
                ("mostly_false", "Größtenteils wahr"),
                ("true", "Faux"),
                ("false", "Правда"),
                ("mostly_true", "Yanlış"),
            ]
        )
    )
    claim["assessments"] = [DESK | {"rating": rating, "original_rating": label}]
    return Broken(id_, "assessments[0].rating")


@mutation("constant-rating")
def rate_all_alike(draw, corpus):
    id_, claim = claim_alone(corpus)
    labels = draw(st.permutations(["True", "False", "Correct", "See there"]))
    claim["assessments"] = [DESK | {"rating": "false", "original_rating": one} for one in labels]
    first = min(labels.index("True"), labels.index("Correct"))
    return Broken(id_, f"assessments[{first}].rating")


@mutation("checkable-without-date")
def forget_the_day_of_the_decision(draw, corpus):
    id_, claim = claim_alone(corpus)
    claim |= {"checkable": True, "kind": draw(st.sampled_from(["event", "state", "quantity"]))}
    return Broken(id_, "checkable")


@mutation("vague-quantity")
def leave_the_number_out(draw, corpus):
    id_, claim, _ = any_claim(draw, corpus)
    claim["language"], claim["text"] = draw(
        st.sampled_from(
            [
                ("en-GB", "The harbour of Exampleton lost so many ships."),
                ("de", "Im Hafen von Beispielstadt liegen unzählige Schiffe."),
                ("fr", "Le port a perdu beaucoup de navires."),
                ("es", "El puerto perdió numerosos barcos."),
                ("it", "Il porto ha perso un sacco di navi."),
                ("pt-BR", "O porto perdeu inúmeros navios."),
                ("ru", "Порт потерял множество кораблей."),
                ("uk", "Порт втратив безліч кораблів."),
            ]
        )
    )
    return Broken(id_, "text")
