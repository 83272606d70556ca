"""Find characters that do not belong in text."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule, Shared

# Strings that a program may fix: not texts that offsets refer to, nor words that must equal a text.
_INDEXED = "(s.record_type = 'article' AND s.role = 'text' OR s.role LIKE '%exact')"
# What an imported record says elsewhere stands here as it does there.
_OWN = "s.role NOT LIKE 'annotation.origin%'"


def _strings(call: str, pattern: str, where: str = _OWN) -> str:
    """Return a query for the strings in which a function finds a defect.

    ``doubtful_strings`` selects strings by the patterns of all such queries.

    Args:
        call: The call of the function with ``s.value``.
        pattern: A pattern of all strings in which the function can find something: a regular
            expression with the same meaning in RE2 and in Java.
        where: A condition that strings must also meet.
    """
    return f"""
        SELECT f.record_type, f.locator, f.path, f.defect.line AS line, f.defect.at AS "at",
            f.defect.found AS found, f.defect.expected AS expected, f.defect.name AS name,
            f.defect.around AS around, f.defect.defects AS defects, f.defect.others AS others,
            CASE WHEN f.indexed THEN NULL ELSE f.defect.fixed END AS fixed
        FROM (
            SELECT s.record_type, s.locator, s.path, {_INDEXED} AS indexed,
                CASE WHEN REGEXP_MATCHES(s.value, '{pattern}') AND {where} THEN {call} END AS defect
            FROM doubtful_strings AS s
        ) AS f
        WHERE f.defect IS NOT NULL
    """


class TextRule(Rule, listed=False):
    """Share what rules about the characters of strings have: one finding for each string."""

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the string with all defects fixed, if all fixes are certain."""
        fixed = facts["fixed"]
        return {path: fixed} if fixed else {}


def _decoded(first: int, last: int, *encodings: str) -> str:
    """Return a character class of what a range of bytes decodes to in some encodings."""
    codes = bytes(range(first, last + 1))
    return "".join(sorted({one for name in encodings for one in codes.decode(name, "ignore")}))


_LATIN = ("latin-1", "cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2")
_REST = f"[{_decoded(0x80, 0xBF, *_LATIN)}]"
_REST_OF_CYRILLIC = f"[{_decoded(0x80, 0xBF, 'cp1251')}]"
_REST_OF_GREEK = f"[{_decoded(0x80, 0xBF, 'cp1253')}]"
# Some letters: to compile a class of all takes longer than to search a short text.
_CYRILLIC = r"\x{400}-\x{481}\x{48A}-\x{52F}"
_GREEK = r"\x{391}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{3FF}"
_LATIN_LETTERS = r"A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{24F}"
# Bytes of UTF-8 as one of these encodings reads them: two for most letters of Europe and the Near
# East, three for others, four for emoji; and what Mac OS and DOS make of the commonest.
_MISREAD = "|".join(
    (
        r"[\x{80}-\x{9F}]",
        f"([{_decoded(0xC2, 0xDF, *_LATIN)}]|[{_decoded(0xE0, 0xEF, *_LATIN)}][^\\x{{00}}-\\x{{A0}}]"
        f"|[{_decoded(0xF0, 0xF4, *_LATIN)}]{_REST}{_REST}){_REST}",
        f"([РС]{_REST_OF_CYRILLIC}){{2}}|Г[^\\x{{00}}-\\x{{7F}}{_CYRILLIC}]|вЂ",
        f"[а-п][^\\x{{00}}-\\x{{A0}}{_CYRILLIC}]{_REST_OF_CYRILLIC}",
        f"([ΒΓΞΟ]|[α-ο][^\\x{{00}}-\\x{{A0}}{_GREEK}]){_REST_OF_GREEK}",
        r"[√ƒ◊├┬][^\x{00}-\x{7F}]|≈[°¢]|‚[Äâó]|·[ª∫]|‡[§•]|\x{F8FF}|ΓÇ",
    )
)

_LOST = (
    r"\x{FFFD}|[^\x{00}-\x{40}]\?{1,3}[^\x{00}-\x{60}]|\?\?\?|Ã[a-z]"
    rf"|â(s|t|re|ve|ll|d|m)([^{_LATIN_LETTERS}]|$)"
    r"|[ÐÑØÙÎÏ][\x{A0}-\x{BF}]?[ÐÑØÙÎÏ]"
)
_CONTROL = r"[\x{00}-\x{08}\x{0B}\x{0D}-\x{1F}\x{7F}-\x{9F}]"
_TURNING = r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]"
_MARKUP = "&[A-Za-z#][A-Za-z0-9]*;|<[A-Za-z/!]"
_UNSEEN = (
    r"[\x{AD}\x{61C}\x{115F}\x{1160}\x{180E}\x{200B}-\x{200F}\x{2060}-\x{2064}"
    r"\x{206A}-\x{206F}\x{3164}\x{FEFF}\x{FFA0}\x{FFF9}-\x{FFFB}\x{E0001}-\x{E007F}]"
)
# Marks, what composes with the character before it, and what NFC replaces.
_COMPOSED = (
    r"[\p{M}\x{374}\x{37E}\x{387}\x{958}-\x{95F}\x{9DC}-\x{9DF}\x{A33}-\x{A36}"
    r"\x{A59}-\x{A5E}\x{B5C}\x{B5D}\x{F43}-\x{F69}\x{1161}-\x{11C2}\x{1F71}-\x{1FFD}"
    r"\x{2000}\x{2001}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}\x{2ADC}\x{F900}-\x{FAFF}"
    r"\x{FB1D}-\x{FB4E}\x{10000}-\x{1EFFF}\x{2F800}-\x{2FA1F}]"
)
_DOUBTFUL = f"{_MISREAD}|{_LOST}|{_CONTROL}|{_TURNING}|{_MARKUP}|{_UNSEEN}|{_COMPOSED}"


class DoubtfulStrings(Shared):
    """Select the few strings that have any of the characters that rules look for, so that all are
    looked through only once: texts of articles, words of spans that no available text has, and
    others."""

    scope = "article"
    empty_without = "strings spans texts"
    query = f"""
        SELECT u.record_type, u.locator, u.article_id, u.record_id, u.role, u.path, u.value, u.owner
        FROM (
            SELECT record_type, locator, article_id, record_id, role, path, value, owner
            FROM strings
            UNION ALL
            SELECT 'article' AS record_type, t.owner AS locator, a.id AS article_id,
                a.id AS record_id, 'text' AS role, 'text' AS path, t.text AS value, t.owner
            FROM texts AS t
            JOIN articles AS a ON a.locator = t.owner
            UNION ALL
            SELECT record_type, locator, article_id, record_id, role || '.exact' AS role,
                path || '.exact' AS path, exact AS value, owner
            FROM spans
            WHERE exact IS NOT NULL AND words IS NULL
        ) AS u
        WHERE REGEXP_MATCHES(u.value, '{_DOUBTFUL}')
    """


class Mojibake(TextRule):
    """Report UTF-8 that was read as Latin-1, Windows-1252 or another encoding, so that one letter
    became two or three others. The library ftfy decides whether text is mojibake. The original is
    suggested only if it restores every character. It is a warning because a text can be about
    mojibake.

    A search for the name does not find it, and models learn words that no language has."""

    severity = Severity.WARNING
    title = "text that was decoded with the wrong encoding"
    message = (
        "{found} looks like UTF-8 that was read in another encoding{instead:plain}: "
        "line {line}, offset {at}, in {around}{others:plain}"
    )
    hint = "take the text from its source again, and decode it as UTF-8"
    scope = "article"
    empty_without = "doubtful_strings"
    query = f"""
        SELECT m.*, CASE WHEN m.expected IS NULL THEN ''
                ELSE ', and should be "' || m.expected || '"' END AS instead
        FROM ({_strings("FIRST_MISDECODED(s.value)", _MISREAD)}) AS m
    """
    passes = "article: {title: 'REBELIÃO EM SÃO PAULO: “NÃO HÁ MAÇÃ…”'}"
    fails = "article: {title: A harbour in GuantÃ¡namo}"
    fixed = "article: {title: A harbour in Guantánamo}"


class LettersLost(TextRule):
    """Report words in which a replacement character or a question mark is in place of letters, or
    half of their bytes was dropped, as in Ãtats-Unis.

    The word is neither found nor counted, and nobody can know for certain from the text alone which
    letters it had."""

    severity = Severity.WARNING
    title = "words with lost letters"
    message = "letters of {found} were lost: line {line}, offset {at}, in {around}{others:plain}"
    hint = "take the text from its source again; write the letters that it has there"
    scope = "article"
    empty_without = "doubtful_strings"
    query = _strings("FIRST_LOST(s.value)", _LOST)
    passes = "article: {title: 'Why?because, https://example.org/harbour?page=2'}"
    fails = "article: {title: 'A harbour in Guant?namo'}"
    fixed = "article: {title: A harbour in Guantánamo}"


class ControlCharacter(TextRule):
    """Report control characters other than tabs, line ends and page ends: they ring a bell, move a
    cursor or end a transmission.

    They have no meaning in a text, and readers never see them. XML cannot contain most of them, and
    terminals and spreadsheets execute them."""

    title = "a control character"
    message = (
        "{name:plain} is a control character: line {line}, offset {at}, in {around}{others:plain}"
    )
    hint = (
        "write what was meant, or delete it; in a text that offsets index, replace it by a space, "
        "in the words that annotations repeat as well: that moves no offset"
    )
    scope = "article"
    empty_without = "doubtful_strings"
    query = _strings("FIRST_CONTROLS(s.value)", _CONTROL, "TRUE")
    passes = 'article: {title: "The\\tharbour"}'
    fails = 'article: {title: "The \\x02harbour"}'
    fixed = "article: {title: The harbour}"


class DirectionOverride(TextRule):
    """Report characters that override the writing direction, and changes of direction that are not
    closed in their paragraph or were never opened. Direction marks, and embeddings and isolates
    that are closed, are normal in right-to-left text and not reported.

    People see the text in another order than programs read it: a name or a figure can be made to
    look like another (CVE-2021-42574)."""

    severity = Severity.WARNING
    title = "an override of the writing direction, or half of a change of it"
    message = (
        "{name:plain} turns the direction of writing: "
        "line {line}, offset {at}, in {around}{others:plain}"
    )
    hint = "delete it; where a direction must be set, isolate the words: U+2068 … U+2069"
    scope = "article"
    empty_without = "doubtful_strings"
    query = _strings("FIRST_OVERRIDES(s.value)", _TURNING, "TRUE")
    passes = 'article: {title: "The \\u2067הנמל\\u2069 harbour\\u200f (הנמל)"}'
    fails = 'article: {title: "The \\u202eruobrah"}'
    fixed = "article: {title: The harbour}"


class MarkupInText(TextRule):
    """Report HTML tags or entities in the text.

    They are not words that anybody wrote, but they are counted, searched and learnt as if they
    were, and a page that shows the text would execute them."""

    severity = Severity.WARNING
    title = "HTML markup"
    message = "{found} is HTML: line {line}, offset {at}, in {around}{others:plain}"
    hint = "take the text without markup, and decode character references"
    scope = "article"
    empty_without = "doubtful_strings"
    query = _strings("FIRST_MARKUP(s.value)", _MARKUP)
    passes = "article: {title: 'AT&T; a<b, and the tag “<br>”'}"
    fails = "article: {title: Harbour &amp; bridge}"
    fixed = "article: {title: Harbour & bridge}"


class InvisibleCharacter(TextRule):
    """Report invisible characters in names, titles and other strings of one line, and byte order
    marks and zero-width spaces in any text. Those that a script or an emoji needs are not reported:
    the non-joiner of Persian, the joiners of Indian scripts and emoji, direction marks among
    right-to-left words, the zero-width space of Thai or Khmer.

    Two names look the same but are not, so that neither a search nor a join finds them."""

    severity = Severity.WARNING
    title = "an invisible character"
    message = "{name:plain} is invisible: line {line}, offset {at}, in {around}{others:plain}"
    hint = "delete it; in an article's text that moves all offsets behind it: anchor them again"
    scope = "article"
    empty_without = "doubtful_strings"
    query = _strings(
        rf"FIRST_INVISIBLE(s.value, NOT {_INDEXED} AND NOT REGEXP_MATCHES(s.value, '\n'))",
        _UNSEEN,
    )
    passes = 'article: {title: "بندر را می\\u200cسازیم 👩\\u200d🔧"}'
    fails = 'article: {title: "The har\\u200bbour"}'
    fixed = "article: {title: The harbour}"


class NotNfc(TextRule):
    """Report text that is not in Unicode normal form C: a letter is written as a letter and a
    combining mark, or as a character that Unicode replaces by another. Offsets count the characters
    as they are and remain right, so that a text with offsets should not be changed.

    The text looks the same, but a search for the composed letter does not find it. The same words
    have another digest and other offsets once a program composes them."""

    severity = Severity.NOTE
    title = "text that is not in Unicode NFC"
    message = "{found} is not in NFC: line {line}, offset {at}, in {around}{others:plain}"
    hint = "compose it before offsets are counted; when searching, compose both sides"
    scope = "article"
    empty_without = "doubtful_strings"
    query = _strings("FIRST_NOT_COMPOSED(s.value)", _COMPOSED)
    passes = "article: {title: 'Le café de l’été, ọ̀rọ̀'}"
    fails = 'article: {title: "Le cafe\\u0301 du port"}'
    fixed = "article: {title: Le café du port}"
