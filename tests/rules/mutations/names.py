"""Names that are none, and names and items that do not fit one another."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation, uncited

# The sandboxes of Wikidata.
ONE, OTHER = "Q4115189", "Q13406268"


@mutation("no-name")
def name_nobody(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus)))
    names = ["N/A", "None", "unknown", "-", "???", "NaN", "TBD", "不明", "неизвестно"]
    quote["addressees"] = [{"name": draw(st.sampled_from(names))}]
    return Broken(id_, "addressees[0].name")


@mutation("data-as-name")
def name_by_what_programs_write(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus)))
    names = ["https:www.example.org", "['Ada Example', 'Bo Example']", "www.example.org", "1234"]
    quote["addressees"] = [{"name": draw(st.sampled_from(names))}]
    return Broken(id_, "addressees[0].name")


@mutation("pronoun-as-name")
def name_by_a_pronoun(draw, corpus):
    name = draw(st.sampled_from(["he", "He", "She", "they", "who", "somebody"]))
    corpus[-1]["quotes"][0]["addressees"] = [{"name": name}]
    return Broken("harbour.q1", "addressees[0].name")


@mutation("role-as-name")
def name_by_a_role(draw, corpus):
    name = draw(st.sampled_from(["the mayor", "a police spokesman", "Prime Minister", "lawyer"]))
    corpus[-1]["quotes"][0]["addressees"] = [{"name": name, "kind": "person"}]
    return Broken("harbour.q1", "addressees[0].name")


@mutation("alias-as-name")
def name_by_the_surname(draw, corpus):
    full, short = draw(
        st.sampled_from([("Ada Weaver", "Weaver"), ("Ada de Waal", "de Waal"), ("А. Ткач", "Ткач")])
    )
    quote = corpus[-1]["quotes"][0]
    quote["addressees"] = [{"name": full, "kind": "person"}]
    quote["relayed_by"] = [{"name": short}]
    return Broken("harbour.q1", "relayed_by[0].name")


@mutation("item-with-several-names")
def misspell_a_name(draw, corpus):
    right, wrong = draw(st.sampled_from([("Ada Weaver", "Ada Weever"), ("Harbour", "Harbor")]))
    corpus[-1]["article"]["subjects"] = [{"name": right, "wikidata": ONE}]
    quote = corpus[-1]["quotes"][0]
    quote["addressees"] = [{"name": right, "wikidata": ONE}]
    quote["relayed_by"] = [{"name": wrong, "wikidata": ONE}]
    return Broken("harbour.q1", "relayed_by[0].name")


@mutation("name-with-several-items")
def mistake_an_item(draw, corpus):
    corpus[-1]["article"]["subjects"] = [{"name": "Ada Weaver", "wikidata": ONE}]
    quote = corpus[-1]["quotes"][0]
    quote["addressees"] = [{"name": "Ada Weaver", "wikidata": ONE}]
    quote["relayed_by"] = [{"name": "Ada Weaver", "wikidata": OTHER}]
    return Broken("harbour.q1", "relayed_by[0].wikidata")
