"""Say how a folder opens in brat: which annotations there are, and how they are drawn."""

from onrecord.exchange.brat.standoff import CLAIM, QUOTED, WITHIN
from onrecord.schema.current import DocumentQuote, QuoteRelation
from onrecord.schema.shape import Scalar, members

# The fields of a quote that become attributes.
ATTRIBUTES = {"type": "Type", "attribution": "Attribution", "medium": "Medium"}

_CHOICES = {
    member.name: "|".join(member.shape.choices)
    for member in members(DocumentQuote)
    if isinstance(member.shape, Scalar)
}
# The relations that those between quotes become.
RELATIONS = {
    choice: choice.title().replace("_", "")
    for member in members(QuoteRelation)
    if isinstance(member.shape, Scalar)
    for choice in member.shape.choices
}
# How the folder opens in brat.
CONFIGURATION = {
    "annotation.conf": """\
[entities]
Source
Cue
Content

[relations]
"""
    + "".join(
        f"{name}\tArg1:Attribution, Arg2:Attribution\n" for name in (WITHIN, *RELATIONS.values())
    )
    + f"""
[events]
Attribution\tContent+:Content, Source*:Source, Cue*:Cue, Addressee*:Source, Relay*:Source
{CLAIM}\tContent*:Content, Claimant?:Source, Quote*:Attribution

[attributes]
"""
    + "".join(
        f"{name}\tArg:Attribution, Value:{_CHOICES[field]}\n" for field, name in ATTRIBUTES.items()
    )
    + f"{QUOTED}\tArg:Content\n",
    "visual.conf": """\
[labels]

[drawing]
SPAN_DEFAULT\tfgColor:black, bgColor:lightgray, borderColor:darken
ARC_DEFAULT\tcolor:black, arrowHead:triangle-5
Source\tbgColor:#b7d4f4
Cue\tbgColor:#f4d9b7
Content\tbgColor:#c9e8c1
""",
    "tools.conf": """\
[options]

[search]

[normalization]
Wikidata\t<URL>:https://www.wikidata.org, <URLBASE>:https://www.wikidata.org/wiki/%s
""",
}
