"""A translator finds the sentences, and what is translated is shown."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import formcheck
from formcheck.support.dates import name_date, name_day, name_short_day, name_weekday
from formcheck.support.language import DOMAIN, join_words, load_language, name_language, tr, tr_count

PACKAGE = Path(formcheck.__file__).parent
# What is written for users in these modules is in the catalog; the command line and errors are not.
FOR_USERS = (
    "app",
    "live",
    "signals",
    "exercises",
    "history/trends",
    "training",
    "report/faults.py",
    "analysis/quality.py",
    "analysis/not_counted.py",
)
SENTENCE = re.compile(r"[A-Z{][^\n<>]* [^\n<>]*[a-z}°)][.!?]")


def calls_of_tr() -> Iterator[tuple[str, ast.Call, ast.AST | None]]:
    """Every call of `tr` in the package: where it is, the call, and what is done with it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node, parents.get(node)


def sentences_left_out(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The sentences below a node that no translator finds: not those of `tr`, of errors, or of docstrings."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("tr", "tr_count"):
        return
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    text = node.value if isinstance(node, ast.Constant) else ast.unparse(node)[2:-1] if isinstance(node, ast.JoinedStr) else ""
    if isinstance(text, str) and SENTENCE.fullmatch(text):
        yield getattr(node, "lineno", 0), text
    for child in () if isinstance(node, ast.JoinedStr) else ast.iter_child_nodes(node):
        yield from sentences_left_out(child)


def test_no_sentence_for_users_is_left_out_of_the_catalog() -> None:
    paths = [path for name in FOR_USERS for path in ((PACKAGE / name).rglob("*.py") if "." not in name else [PACKAGE / name])]
    assert len(paths) > 50
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in paths
        for line, text in sentences_left_out(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_without_a_language_a_sentence_is_itself() -> None:
    assert tr("See a sample report") == "See a sample report"
    assert tr("") == ""


def test_one_is_singular_and_every_other_number_plural() -> None:
    assert [tr_count("1 rep", "{count} reps", count) for count in (0, 1, 2)] == ["0 reps", "1 rep", "2 reps"]


def test_every_sentence_is_written_out_so_that_it_can_be_extracted() -> None:
    found = list(calls_of_tr())
    assert len(found) > 800
    for where, call, _ in found:
        (sentence,) = call.args
        assert isinstance(sentence, ast.Constant), where
        assert isinstance(sentence.value, str), where


def test_what_changes_in_a_sentence_is_put_in_by_the_names_that_it_has() -> None:
    for where, call, used in calls_of_tr():
        text = ast.literal_eval(call.args[0])
        if not (isinstance(used, ast.Attribute) and used.attr == "format"):
            continue
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        assert all(name.isidentifier() for name in names), where


def test_a_translator_reads_words_and_knows_what_stands_in_the_braces() -> None:
    """No program text is in the catalog, and no name in braces is a mere number, type or method."""
    meaningless = re.compile(r".*[a-z]\d|str|int|word|toordinal|strftime")
    for where, call, _ in calls_of_tr():
        text = ast.literal_eval(call.args[0])
        parts = list(string.Formatter().parse(text))
        assert not re.search(r"\bimport |datum\.|\[/?bold\]", text), where
        assert not [name for _, name, *_ in parts if name and meaningless.fullmatch(name) and name != "model_sha256"], where


def test_words_in_a_row_end_with_and() -> None:
    assert [join_words(["a", "b", "c"][:count]) for count in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_a_translation_is_shown_and_what_it_lacks_stays_english(tmp_path: Path) -> None:
    messages = pytest.importorskip("babel.messages")
    write_mo = pytest.importorskip("babel.messages.mofile").write_mo
    catalog = messages.Catalog(locale="de", domain=DOMAIN)
    catalog.add("{count} reps", "{count} Wiederholungen")
    catalog.add(("1 set", "{count} sets"), ("1 Satz", "{count} Sätze"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalog)
    german = load_language("de", tmp_path)
    assert german.gettext("{count} reps").format(count=3) == "3 Wiederholungen"
    assert [german.ngettext("1 set", "{count} sets", count) for count in (1, 2)] == ["1 Satz", "{count} Sätze"]
    assert german.gettext("See a sample report") == "See a sample report"
    assert load_language("xx", tmp_path).gettext("{count} reps") == "{count} reps"
    codes = {language: name_language(language, tmp_path) for language in ("de", "de_AT.UTF-8", "xx", "")}
    assert codes == {"de": "de", "de_AT.UTF-8": "de-AT", "xx": "en", "": "en"}


def test_babel_finds_the_sentences_of_the_pages_and_of_the_templates() -> None:
    extract = pytest.importorskip("babel.messages.extract")
    keywords = {"tr": None, "tr_count": (1, 2)}
    ways = [
        ("**.py", "python"),
        ("**.html.j2", "jinja2"),
        ("training/programme.toml", "formcheck.training.translating:extract_words"),
    ]
    found = {message for _, _, message, *_ in extract.extract_from_dir(PACKAGE, ways, keywords=keywords)}
    assert {"See a sample report", "In plain words", ("1 rep", "{count} reps"), "Towel raise on one leg", "Nowhere"} <= found


# A label of a page or a report: a word or a few, the first with a capital letter.
LABEL = re.compile(r"[A-Z][a-z]+( [a-z]+)*[.:]?")
# Fields of a chart's table, which nobody sees, and the name of a history without an athlete's name, which is stored.
NO_LABELS = {"Rep", "Set", "Day", "Sets", "Corrected", "Week", "Inter", "Me"}


def labels_left_out(node: ast.AST, parent: ast.AST | None = None) -> Iterator[tuple[int, str]]:
    """The labels below a node that are shown: in a row, as a value, in a choice, or given to a call; not those of `tr`."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).split(".")[-1]
        if name in ("tr", "tr_count", "cast", "set_header", "clear_header", "get", "header_from"):
            return
    if isinstance(node, ast.Raise | ast.Subscript | ast.AnnAssign) and not getattr(node, "value", None):
        return
    shown = isinstance(parent, ast.Tuple | ast.List | ast.IfExp | ast.Call | ast.keyword) or (
        isinstance(parent, ast.Dict) and node in parent.values
    )
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and shown and LABEL.fullmatch(node.value):
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from labels_left_out(child, node)


@pytest.mark.parametrize("package", ["app", "render", "history/trends", "exercises"])
def test_no_label_of_a_page_or_a_report_is_left_out_of_the_catalog(package: str) -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in sorted((PACKAGE / package).rglob("*.py"))
        if path.name != "__init__.py"
        for line, text in labels_left_out(ast.parse(path.read_text(encoding="utf-8")))
        if text not in NO_LABELS
    ]
    assert not found, "\n".join(found)


def test_no_day_is_named_by_the_languages_of_the_operating_system() -> None:
    """``%B`` and ``calendar.month_name`` are English whatever the language that was chosen."""
    found = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r":[^{}\"]*%[aAbB]\b|month_name|day_name|month_abbr|day_abbr", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_day_is_named_in_words_of_the_catalog() -> None:
    day = date(2026, 3, 3)
    assert (name_day(day), name_date(day), name_short_day(day)) == ("March 3", "March 3, 2026", "Mar 3")
    assert name_weekday(day) == "Tue, Mar 3"
