"""Withhold the words that rights do not allow to be passed on, and restore them from the text.

An article under ``full`` is passed on completely. Under ``quotes``, words inside quotation marks
remain, and a cue or a mention of one or two words; under ``none``, no words of the text remain.
Withheld words are replaced by a digest and keep their offsets, so that anyone who has the text can
restore them and prove that they are the same. If words could not be restored, withholding them is
refused before anything is changed.
"""
