"""Withhold the words that rights do not allow to be passed on, and restore them from the text.

An article under ``full`` is passed on whole. Under ``quotes``, the words of verbatim spans stay,
and a cue or a mention of a word or two; under ``none``, no words of the text do. What has to go
leaves its offsets and its digest, from which anyone who has the text can restore it and prove that
it is the same. What could not be restored is refused, before anything is changed.
"""
