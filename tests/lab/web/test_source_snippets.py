"""Lines of a view's own source."""

from functools import wraps

from lab.web.source_snippets import session_lines_of, source_of


def decorated(view):
    @wraps(view)
    def wrapper(request):
        return view(request)

    return wrapper


@decorated
def view(request):
    if request:
        name = "color"
        request.session[name] = "red"
    count = request.session.get("count", 0)
    count += 1
    del request.session["old"]
    return count


def test_the_source_is_the_functions_own_without_its_decorator():
    assert source_of(view).startswith("def view(request):\n    if request:")


def test_the_lines_are_the_statements_on_the_session_in_their_order():
    assert session_lines_of(view).splitlines() == [
        'request.session[name] = "red"',
        'count = request.session.get("count", 0)',
        'del request.session["old"]',
    ]
