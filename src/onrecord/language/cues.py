"""Derive from the verb of a quote how it was said: in writing or in thought.

The languages covered are German, English, Spanish, French, Russian, Ukrainian, Arabic, Chinese,
Japanese and Turkish; for others there is no result.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from onrecord.language.names import primary

# Verbs that say nothing but that it was written: as a cue they stand alone.
_WRITING: Mapping[str, str] = MappingProxyType(
    {
        "de": "schrieb, schreibt, schrieben, twitterte, twittert, postete",
        "en": "wrote, writes, tweeted, tweets, posted, wrote in a tweet, wrote in an email",
        "es": "escribió, escribe, tuiteó, publicó en twitter",
        "fr": "a écrit, écrit, écrivait, écrivit, a tweeté",
        "ru": "написал, написала, написали, пишет, твитнул, твитнула",
        "uk": "написав, написала, написали, пише, твітнув, твітнула",
        "ar": "كتب, كتبت, غرد, غردت",
        "zh": "写道, 写到, 寫道, 发推, 发微博",
        "ja": "と書いた, 書いた, と綴った, とツイートした, ツイートした",
        "tr": "yazdı, diye yazdı, tweet attı",
    }
)
# Verbs that say that it was thought, so not said to anybody.
_THINKING: Mapping[str, str] = MappingProxyType(
    {
        "de": "dachte, dachte sich, dachte er, dachte sie",
        "en": "thought, thought to himself, thought to herself",
        "es": "pensó, pensó para sí, pensaba",
        "fr": "pensa, pensait, a pensé, songea",
        "ru": "подумал, подумала, думал про себя, думала про себя",
        "uk": "подумав, подумала",
        "ar": "قال في نفسه, قالت في نفسها",
        "zh": "心想, 暗想, 想道",
        "ja": "と思った, 思った, と心の中で思った",
        "tr": "diye düşündü, düşündü, diye geçirdi içinden",
    }
)
_MANNERS = {
    (language, word.strip()): manner
    for manner, verbs in (("writing", _WRITING), ("thought", _THINKING))
    for language, words in verbs.items()
    for word in words.split(",")
}


def cue_manner(cue: str, language: str) -> str | None:
    """Return how something was said, if the cue leaves no doubt.

    Returns:
        ``writing`` (``wrote``), ``thought`` (``thought``), or None if the cue leaves it open.
    """
    return _MANNERS.get((primary(language), " ".join(cue.lower().split()).strip(" ,.:，。：")))
