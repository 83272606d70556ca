"""Write what pages about several articles, and lists, show of one of them; see `parts`."""

from __future__ import annotations

from onrecord.reporters.base import counted
from onrecord.site import parts, wording
from onrecord.site.cards import about, claim_link, claimant, verdicts
from onrecord.site.marked import speakers
from onrecord.site.names import local
from onrecord.site.parts import DOT, Record, foreign, html, people, person, when
from onrecord.site.paths import Paths

# The way from the folders of pages to that of the site.
UP = "../"
# What a source does with a quote, if it does not say it.
_PARTS = {"relayed_by": "passed on", "addressees": "was addressed"}


class Entries:
    """Write the entries of an article and its records for lists and pages about several articles.

    Args:
        of: What pages show of the article.
        site: The paths of pages.
    """

    def __init__(self, of: Record, site: Paths) -> None:
        self._of = of
        self._site = site
        self._outlet = parts.outlet(of, UP)
        self._date = when(of["published"]) or "undated"
        self._tag = foreign(of["language"])

    def quote(self, quote: Record, part: str, source: Record, said: str, claims: str) -> str:
        """Return a quote as the page of a source shows it.

        Args:
            quote: The quote.
            part: What the source does: the name of the field that it is in.
            source: The source.
            said: The words of the quote as HTML.
            claims: The claims that rest on it as HTML.
        """
        what = parts.quote_type(quote)
        if part != "speakers":
            what += f" <strong>{_PARTS[part]}</strong>"
        what += self._role(source)
        if part != "speakers" and quote.get("speakers"):
            by = people(quote["speakers"], UP, self._site)
            what += f' <span class="quiet">said by</span> {by}'
        place = html(self._site.quote(quote["id"]))
        return (
            f'<li>\n<p class="date">{when(quote.get("said")) or self._date}</p>\n<div class="entry">\n'
            f'<p class="what">{what}</p>\n<p class="said">{said}</p>\n'
            f'{claims if part == "speakers" else ""}<p class="where">{self._outlet}{DOT}'
            f'<a href="{UP}{place}">{html(local(quote["id"]))}</a></p>\n</div>\n</li>\n'
        )

    def claim(self, claim: Record, source: Record) -> str:
        """Return a claim as the page of its claimant shows it."""
        linked = claim_link(claim, UP, self._site)
        return (
            f'<li>\n<p class="date">{when(claim.get("said")) or self._date}</p>\n<div class="entry">\n'
            f'<p class="what"><strong>claimed</strong>{self._role(source)}</p>\n'
            f'<p class="said">{linked}</p>\n<p class="where">{self._outlet}</p>\n</div>\n</li>\n'
        )

    def rests(self, claim: Record) -> str:
        """Return a claim as pages of speakers show it below the quote that it rests on."""
        linked = claim_link(claim, UP, self._site)
        return (
            f'<p class="rests"><span class="quiet">claims</span> {linked} {verdicts(claim)}</p>\n'
        )

    def wording(self, claim: Record, *, shows_text: bool) -> str:
        """Return a claim as the page of all its wordings shows it."""
        site = self._site
        text = f'<p class="claim-text" {foreign(claim["language"])}>{html(claim["text"])}</p>\n'
        places = [(site.claim_in_article(claim["id"]), claim["id"])]
        places += [(site.quote(each), each) for each in claim.get("quote_ids", ())]
        links = [f'<a href="{UP}{html(path)}">{html(local(name))}</a>' for path, name in places]
        return (
            f'<li class="card">\n<p class="what">{claimant(claim, "the article itself", UP, site)}</p>\n'
            f"{text if shows_text else ''}{about(claim)}"
            f'<p class="where">{DOT.join([self._outlet, *links])}</p>\n</li>\n'
        )

    def _role(self, source: Record) -> str:
        role = source.get("role")
        return f' <span class="as">as <bdi {self._tag}>{html(role)}</bdi></span>' if role else ""


def listed_article(of: Record, quotes: int, claims: int, findings: int) -> str:
    """Return the entry of an article in lists."""
    about = [f"<bdi>{html(of['publisher'])}</bdi>"] if of["publisher"] else []
    about += [when(of["published"])] if of["published"] else []
    about += [html(wording.language(of["language"]))]
    about += [
        counted(number, noun).replace(" ", "\u00a0")
        for number, noun in ((quotes, "quote"), (claims, "claim"))
    ]
    about += [f"<strong>{counted(findings, 'finding')}</strong>"] if findings else []
    return (
        f'<li>\n<a class="name" href="{UP}{html(of["path"])}"><bdi {foreign(of["language"])}>'
        f"{html(of['title'] or of['id'])}</bdi></a>\n"
        f'<span class="quiet">{DOT.join(about)}</span>\n</li>\n'
    )


def listed_speaker(path: str, name: str, note: str, role: str) -> str:
    """Return the entry of a speaker in lists, given a note and the last role."""
    shown = f"<bdi>{html(role)}</bdi>{DOT}" if role else ""
    return (
        f'<li>\n<a class="name" href="{UP}{html(path)}"><bdi>{html(name)}</bdi></a>\n'
        f'<span class="quiet">{shown}{note}</span>\n</li>\n'
    )


def listed_statement(path: str, entry: Record, articles: int) -> str:
    """Return the entry of a statement in lists, given the first quote that reports it."""
    quote = entry["quote"]
    return (
        f'<li>\n<a class="name" href="{UP}{html(path)}"><bdi>{html(speakers(quote))}</bdi></a>\n'
        f'<span class="excerpt">{parts.words(quote, entry["language"])}</span>\n'
        f'<span class="quiet">{counted(articles, "article")}</span>\n</li>\n'
    )


def about_claim(claim: Record) -> Record:
    """Return the fields of a claim that `listed_claim` needs."""
    names = ("id", "text", "language", "status", "claimant", "said")
    return {name: claim[name] for name in names if name in claim}


def listed_claim(
    claim: Record, of: Record, path: str, rated: str, articles: int, site: Paths
) -> str:
    """Return the entry of a claim in lists.

    Args:
        claim: Its first wording.
        of: The article of that.
        path: Where most is shown about it.
        rated: The verdicts about it as HTML.
        articles: The number of articles that it is in.
        site: The paths of pages.
    """
    gone = f'<span class="gone">{html(claim["status"])}</span> ' if claim.get("status") else ""
    who = f"{person(claim['claimant'], UP, site)}{DOT}" if claim.get("claimant") else ""
    where = counted(articles, "article")
    if articles == 1:
        publisher = f"<bdi>{html(of['publisher'])}</bdi>, " if of["publisher"] else ""
        where = f"{publisher}{when(of['published']) or html(of['id'])}"
    return (
        f'<li>\n<a class="name plain" href="{UP}{html(path)}"><bdi {foreign(claim["language"])}>'
        f'{html(claim["text"])}</bdi></a>\n<span class="quiet">{rated}{gone}{who}{where}</span>\n</li>\n'
    )
