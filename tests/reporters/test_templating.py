"""Templates escape all values by default, and a name that is not given is an error."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from onrecord.publishing import markdown
from onrecord.reporters.templating import environment, html_environment

ESCAPED = {
    "html": (html_environment(), r"&lt;b&gt;\u001b[31m *x* \u0023#[error]"),
    "markdown": (environment(escape=markdown.line), r"&lt;b&gt;\\u001b\[31m \*x\* \#\#\[error\]"),
}


@pytest.mark.parametrize(("templates", "escaped"), ESCAPED.values(), ids=ESCAPED)
def test_values_are_escaped_unless_they_are_safe(templates, escaped):
    template = templates.from_string("<i>{{ value }}</i>{{ other }}")
    words = "<b>\x1b[31m *x* ##[error]"
    assert template.render(value=words, other=Markup("<hr>")) == f"<i>{escaped}</i><hr>"
    with pytest.raises(UndefinedError):
        template.render(value=words)
