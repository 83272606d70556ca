"""Write the cards of quotes, claims and findings, as pages show them; see `parts`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from onrecord.findings import Finding
from onrecord.site import parts, wording
from onrecord.site.links import Related
from onrecord.site.names import local
from onrecord.site.parts import Record, foreign, html, link, people, person, when, words
from onrecord.site.paths import Paths

# How relations are read: from the record that has them, and from the other one.
_RELATIONS = {
    "same_as": ("same as", "same as"),
    "contradicts": ("contradicts", "contradicted by"),
    "supports": ("supports", "supported by"),
    "qualifies": ("qualifies", "qualified by"),
    "updates": ("updates", "updated by"),
    "same_statement": ("same statement as", "same statement as"),
    "translation_of": ("translation of", "translated by"),
    "paraphrases": ("paraphrases", "paraphrased by"),
    "answers": ("answers", "answered by"),
}


def quote_card(
    quote: Record,
    article: Record,
    claims: Sequence[Record],
    placed: Collection[str],
    said: str,
    up: str,
    site: Paths,
) -> str:
    """Return the card of a quote on the page of its article.

    Args:
        quote: The quote.
        article: Its article.
        claims: The claims that rest on it.
        placed: The ids of the records whose words are marked in the text.
        said: Its words as HTML.
        up: The way to the folder of the site.
        site: The paths of its pages.
    """
    name = html(local(quote["id"]))
    own, original = quote.get("language"), quote.get("translated_from")
    who = _speakers(quote, up, site)
    if quote["attribution"] != "attributed":
        who += f' <span class="quiet">({html(quote["attribution"])})</span>'
    lines = [("Speaker", who)]
    if cue := quote.get("cue"):
        lines.append(("Cue", words({"content": cue}, article["language"])))
    for title, part in (("To", "addressees"), ("Through", "relayed_by")):
        if sources := quote.get(part):
            lines.append((title, people(sources, up, site)))
    where = (("Medium", wording.spaced(quote.get("medium", ""))), ("Where", quote.get("venue")))
    lines += [(title, html(value)) for title, value in where if value]
    if said_on := quote.get("said"):
        lines.append(("Said", when(said_on)))
    if within := quote.get("within"):
        lines.append(("Within", _labels("quote", [within])))
    if own or original:
        lines.append(("Language", _languages(own or article["language"], original)))
    if claims:
        lines.append(("Claims", _labels("claim", [claim["id"] for claim in claims])))
    lines += [("Also in", link(one["url"], one["url"])) for one in quote.get("appearances", ())]
    listed = "\n".join([f"<dt>{title}</dt><dd>{line}</dd>" for title, line in lines])
    statement = site.statement(quote["id"])
    compare = (
        f'<p><a href="{up}{html(statement)}">Compare with other outlets</a></p>\n'
        if statement
        else ""
    )
    return (
        f'<li class="card quote-card {html(quote["type"])}" id="quote-{name}" data-card="quote-{name}">\n'
        f"<h3>{_to_text('quote', name, placed=quote['id'] in placed)} {parts.quote_type(quote)}{_status(quote)}</h3>\n"
        f'<p class="said">{said}</p>\n<dl>\n{listed}\n</dl>\n'
        f"{_relations(quote, up, site)}{compare}{parts.provenance(quote['annotation'])}</li>\n"
    )


def _languages(own: str, original: str | None) -> str:
    translated = f", translated from {wording.language(original)}" if original else ""
    return html(f"{wording.language(own)}{translated}")


def claim_card(claim: Record, placed: Collection[str], up: str, site: Paths) -> str:
    """Return the card of a claim on the page of its article; see `quote_card`."""
    name, text = html(local(claim["id"])), html(claim["text"])
    quotes, assessments = claim.get("quote_ids", ()), claim.get("assessments", ())
    if page := site.claim_page(claim["id"]):
        text = f'<a href="{up}{html(page)}">{text}</a>'
    on = "".join([f"quote-{html(local(each))} " for each in quotes])
    said = f' <span class="quiet">in</span> {_labels("quote", quotes)}' if quotes else ""
    return (
        f'<li class="card claim-card" id="claim-{name}" data-card="claim-{name}" data-quotes="{on}">\n'
        f"<h3>{_to_text('claim', name, placed=claim['id'] in placed)} {verdicts(claim)}</h3>\n"
        f'<p class="claim-text" {foreign(claim["language"])}>{text}</p>\n'
        f'<p class="claimant">{claimant(claim, "the article", up, site)}{said}</p>\n'
        f"{about(claim)}{facts(claim)}{_relations(claim, up, site)}"
        f"{''.join(map(assessment, assessments))}{parts.provenance(claim['annotation'])}</li>\n"
    )


def finding_card(finding: Finding, number: str) -> str:
    """Return the card of a finding, which may be shown, on the page of its article."""
    severity = finding.severity
    hint = f'<p class="hint"><bdi>{html(finding.hint)}</bdi></p>' if finding.hint else ""
    return (
        f'<li class="card finding-card {severity}" id="finding-{number}" data-card="finding-{number}">\n'
        f'<h3><span class="severity">{severity}</span> <code>{html(finding.code)}</code></h3>\n'
        f"<p><bdi>{html(finding.message)}</bdi></p>\n{hint}\n"
        f'<p class="quiet"><bdi>{html(finding.record or "")} {html(finding.path)}</bdi></p>\n</li>\n'
    )


def claim_link(claim: Record, up: str, site: Paths) -> str:
    """Return the text of a claim, with a link to where most is on record about it."""
    shown = f"<bdi {foreign(claim['language'])}>{html(claim['text'])}</bdi>"
    return f'<a href="{up}{html(site.claim(claim["id"]))}">{shown}</a>'


def claimant(claim: Record, itself: str, up: str, site: Paths) -> str:
    """Return who makes a claim, given what the article itself is called."""
    if source := claim.get("claimant"):
        return person(source, up, site)
    return itself if claim["voice"] == "article" else "a source"


def about(claim: Record) -> str:
    """Return the people and things that a claim is about, as HTML."""
    names = ", ".join([f"<bdi>{html(one['name'])}</bdi>" for one in claim.get("about", ())])
    return f'<p class="quiet">About {names}</p>\n' if names else ""


def facts(claim: Record) -> str:
    """Return the kind, period, status and other properties of a claim, as HTML."""
    lines = [f"<li>{html(wording.spaced(claim['kind']))}</li>"] if claim.get("kind") else []
    if "checkable" in claim:
        lines.append(f"<li>{'' if claim['checkable'] else 'not '}checkable</li>")
    if period := claim.get("period"):
        lines.append(f"<li>period: {html(wording.date(period))}</li>")
    if status := claim.get("status"):
        lines.append(f'<li class="gone">{html(status)}</li>')
    return f'<ul class="facts">\n{"".join(lines)}</ul>\n'


def verdicts(claim: Record) -> str:
    """Return the verdicts about a claim."""
    return "".join([f"{parts.verdict(one)} " for one in claim.get("assessments", ())])


def assessment(one: Record) -> str:
    """Return a verdict with its reviewer, reason and evidence."""
    shown = f"{parts.verdict(one)} {link(one.get('url'), one['reviewer'])}"
    if published := one.get("published"):
        shown += f", {when(published)}"
    if one.get("rating"):
        shown += (
            f' <span class="quiet">(in its words: <q>{html(one["original_rating"])}</q>)</span>'
        )
    reason = one.get("justification")
    more = f'<p class="reason">{html(reason)}</p>' if reason else ""
    more += "".join(map(_evidence, one.get("evidence", ())))
    return f'<div class="assessment">\n<p>{shown}</p>\n{more}</div>\n'


def _evidence(one: Record) -> str:
    url = one.get("url")
    shown = f'<span class="stance">{html(one.get("stance") or "evidence")}</span>'
    if title := one.get("title") or url:
        shown += f" {link(url, title)}"
    if published := one.get("published"):
        shown += f", {when(published)}"
    if archived := one.get("archived_url"):
        shown += f" ({link(archived, 'archived copy')})"
    question, answer = one.get("question"), one.get("answer")
    more = f"<p><em>{html(question)}</em></p>\n" if question else ""
    more += f"<p>{html(answer)}</p>\n" if answer else ""
    return f'<div class="evidence">\n<p>{shown}</p>\n{more}</div>\n'


def related_claims(related: Sequence[Related], up: str, site: Paths) -> str:
    """Return the claims that a claim is related to."""
    shown = [
        f'<a href="{up}{html(site.claim(one.id))}"><bdi {foreign(one.language or "und")}>'
        f"{html(one.text or one.id)}</bdi></a>"
        for one in related
    ]
    return _related(related, shown)


def _relations(record: Record, up: str, site: Paths) -> str:
    """Return the records of its own type that a quote or claim is related to."""
    related = site.related(record["id"])
    if not related:
        return ""
    if "text" in record:
        return related_claims(related, up, site)
    own = f"{record['id'].partition('.')[0]}."
    shown = [
        f'<a href="{up}{html(site.quote(one.id))}">{html(one.id.removeprefix(own))}</a>'
        for one in related
    ]
    return _related(related, shown)


def _related(related: Sequence[Related], shown: Sequence[str]) -> str:
    lines = [
        f'<li><span class="relation {html(one.type)}">{_RELATIONS[one.type][not one.outgoing]}</span> {each}</li>\n'
        for one, each in zip(related, shown, strict=True)
    ]
    return f'<ul class="relations">{"".join(lines)}</ul>\n'


def _speakers(quote: Record, up: str, site: Paths) -> str:
    sources = quote.get("speakers")
    return people(sources, up, site) if sources else "nobody is named"


def _status(record: Record) -> str:
    status = record.get("status")
    return f' <span class="gone">{html(status)}</span>' if status else ""


def _to_text(kind: str, name: str, *, placed: bool) -> str:
    if not placed:
        return f'<span class="label">{name}</span>'
    return (
        f'<a class="label" href="#at-{kind}-{name}" '
        f'aria-label="{kind.capitalize()} {name}, to its place in the text">{name}</a>'
    )


def _labels(kind: str, ids: Sequence[str]) -> str:
    """Return links to quotes or claims on the same page."""
    names = [html(local(each)) for each in ids]
    return "".join([f'<a class="label" href="#{kind}-{name}">{name}</a> ' for name in names])
