"""Know text and languages: offsets, quotation marks, names, words, characters.

Plain functions that take strings and know nothing about records.
"""
