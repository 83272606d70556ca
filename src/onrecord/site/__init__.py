"""Show articles with their annotations: as segments with marks, and as the pages of a static site.

A renderer receives an article as segments of its text, each with the marks that cover it, and only
words that rights allow to be passed on. Each kind of page is one module with one template.
"""
