"""What is known of writing and of languages: offsets, quotation marks, words, characters.

Plain functions of text, which know no records.
"""
