"""What counts as a sentence, in each kind of file."""

from pathlib import Path

import pytest

from claims import markdown, python_strings, scripts, templates
from claims.passages import Passage, sentences
from claims.sources import read


def texts(passages):
    return [one.text for passage in passages for one in sentences("file", passage)]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<p>Its {% term "session key" "key" %} finds a {% term "row" %}.</p>', ["Its key finds a row."]),
        ("<p>Nothing <strong>was</strong> done.</p>", ["Nothing was done."]),
        ("<p>It came{% if x %} late{% else %} never{% endif %}.</p>", ["It came| late| never|."]),
        ("<p>{{ site }} asked. You said no.</p>", ["… asked.", "You said no."]),
        ("{% block what %}One.{% endblock %}{% block next %}Two{% endblock %}", ["One.", "Two"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ('<img alt="Three jars"><nav aria-label="Servers"></nav>', ["Three jars", "Servers"]),
        ('{{ x|default:"none at all" }}{% include "y.html" with why="It ended." %}', ["none at all", "It ended."]),
        ("{# not shown #}<style>p { color: red }</style><script>let it = be</script>", []),
        ("<p>Ren&eacute; says &ldquo;no.&rdquo; Then he goes.</p>", ["René says “no.”", "Then he goes."]),
    ],
)
def test_of_a_template_one_reads_what_a_browser_shows(template, expected):
    assert texts(templates.passages(template)) == expected


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ('raise Wrong("It is too old." " Ask again.")', ["It is too old.", "Ask again."]),
        ("print(f\"The {name!r} is {one if one else 'not here'}.\")", ["The … is ….", "not here"]),
        ('"""Docs are for developers."""\ndef f():\n    """So is this."""', []),
        ('NAMES = ["session", "a_key", "/path/to/it"]', []),
        ('ask("SELECT name FROM person WHERE id = %s")', []),
        ('format_html("Open <em>the bar</em> above.")', ["Open the bar above."]),
    ],
)
def test_of_a_module_one_reads_strings_of_several_words(module, expected):
    assert texts(python_strings.passages(module)) == expected


def test_of_a_script_one_reads_strings_and_template_literals():
    script = 'say("It ended.", `${server} ended it at ${two("one time")}.`, \'now\'); // not this'
    assert texts(scripts.passages(script)) == ["It ended.", "one time", "… ended it at …."]


def test_of_a_document_one_reads_all_but_code():
    document = (
        "# On keys\n\nA key\nis *long*. It has `32`.\n\n- one item\n\n| a | b |\n|---|---|\n| c d | e |\n\n    code\n"
    )
    assert texts(markdown.passages(document)) == [
        *("On keys", "A key is long.", "It has 32.", "one item", "a", "b", "c d", "e")
    ]


def test_a_sentence_has_the_line_on_which_it_begins():
    found = list(sentences("file", Passage(7, "\nOne is\nhere. Two\nhere.\nThree.")))
    assert [(one.line, one.text) for one in found] == [(8, "One is here."), (9, "Two here."), (11, "Three.")]


def test_an_abbreviation_ends_no_sentence():
    assert texts([Passage(1, "A name, e.g. alice, i.e. hers. Yes.")]) == ["A name, e.g. alice, i.e. hers.", "Yes."]


def test_pages_messages_scripts_and_documents_are_read(tmp_path: Path):
    for name, text in {
        "README.md": "Read me first.",
        "docs/more.md": "More of it.",
        "shared/lab/page.html": "A page.",
        "site_a/views.py": 'a = "One message."',
        "site_b/static/some.js": '"One script."',
        "site_b/migrations/0001.py": 'a = "No message."',
        "tests/test_it.py": 'a = "No message either."',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert {one.text for one in read(tmp_path)} == {
        "Read me first.",
        "More of it.",
        "A page.",
        "One message.",
        "One script.",
    }
