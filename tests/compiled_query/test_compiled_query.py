import gc
import weakref
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from threading import Thread
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from compiled_query import compiled, insert
from tests.compiled_query.models import Box, Colour, Label, Shelf, Thing

pytestmark = pytest.mark.django_db(databases=list(settings.DATABASES))

AT = datetime(2026, 11, 30, 12, 30, 0, 250_000, tzinfo=UTC)
VALUES = {
    "text": "it’s 100 %s",
    "colour": Colour.BLUE,
    "number": 7,
    "flag": True,
    "ratio": 0.5,
    "amount": Decimal("12.50"),
    "at": AT,
    "day": AT.date(),
    "hour": time(23, 59, 1),
    "length": timedelta(days=1, microseconds=3),
    "identifier": UUID(int=5),
    "address": "127.0.0.1",
    "raw": b"\x00\xff",
    "data": {"a": [1, None]},
    "doubled": 21,
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_each_kind_of_field_finds_its_row(alias, name):
    things = Thing.objects.using(alias)
    thing, another = things.create(**VALUES), things.create()
    query = compiled(lambda value: things.filter(**{name: value}))
    (found,) = query.rows(value=VALUES[name])
    assert found == things.get(**{name: VALUES[name]}) == thing
    assert {field.name: getattr(found, field.name) for field in Thing._meta.fields} == {
        field.name: getattr(things.get(pk=thing.pk), field.name) for field in Thing._meta.fields
    }
    assert another not in query.rows(value=VALUES[name])


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_each_kind_of_field_is_written(alias, name):
    things = Thing.objects.using(alias)
    thing, another = things.create(), things.create()
    one = compiled(lambda pk: things.filter(pk=pk))
    assert one.update({name: VALUES[name]}, pk=thing.pk) == 1
    assert things.get(**{name: VALUES[name]}) == thing
    assert one.update({name: Thing(pk=1).__dict__[name]}, pk=thing.pk) == 1
    assert not things.filter(**{name: VALUES[name]}).exists()
    assert another == things.get(pk=another.pk)


def test_the_sql_is_made_once_and_the_values_change(alias):
    made = []

    @compiled
    def bigger(number, day):
        made.append(number)
        return Thing.objects.using(alias).filter(number__gt=number, day__lte=day).order_by("number")

    for number in (3, 1, 2):
        Thing.objects.using(alias).create(number=number, day=date(2026, 11, number))
    with CaptureQueriesContext(connections[alias]) as asked:
        found = [
            [thing.number for thing in bigger.rows(number=number, day=date(2026, 11, day))]
            for number, day in [(0, 30), (1, 30), (1, 2), (5, 30)]
        ]
    assert found == [[1, 2, 3], [2, 3], [2], []]
    assert len(asked) == 4
    assert len(made) == 1


def test_it_says_the_same_as_the_queryset_that_it_was_made_of(alias):
    """But for brackets around the values."""
    things = Thing.objects.using(alias).select_related("shelf")
    query = compiled(lambda number, at: things.filter(Q(number=number) | ~Q(at__gte=at)))
    with CaptureQueriesContext(connections[alias]) as asked:
        query.rows(number=7, at=AT)
        list(things.filter(Q(number=7) | ~Q(at__gte=AT)))
    ours, djangos = (one["sql"].replace("(", "").replace(")", "") for one in asked.captured_queries)
    assert ours == djangos


def test_related_objects_come_with_the_row(alias):
    shelf = Shelf.objects.using(alias).create(name="upper")
    lying = Thing.objects.using(alias).create(shelf=shelf, number=1)
    Thing.objects.using(alias).create(beside=lying, number=2)
    query = compiled(
        lambda number, name: (
            Thing.objects.using(alias)
            .filter(number=number, beside__shelf__name=name)
            .select_related("shelf", "beside__shelf")
        )
    )
    with CaptureQueriesContext(connections[alias]) as asked:
        found = query.one(number=2, name="upper")
        assert found.beside.shelf == shelf
        assert found.shelf is None
    assert len(asked) == 1
    assert found._state.db == alias


def test_a_row_of_two_tables_is_one_instance(alias):
    box = Box.objects.using(alias).create(name="lower", depth=3)
    found = compiled(lambda name: Box.objects.using(alias).filter(name=name)).one(name="lower")
    assert (found, found.depth, found.get_deferred_fields()) == (box, 3, set())


def test_a_parameter_may_stand_in_several_places_and_in_a_subquery(alias):
    shelf = Shelf.objects.using(alias).create(name="7")
    thing = Thing.objects.using(alias).create(shelf=shelf, text="7", doubled=7, number=14)
    same = Exists(Shelf.objects.filter(pk=OuterRef("shelf"), name=OuterRef("text")))
    query = compiled(
        lambda seven, pk: (
            Thing.objects.using(alias)
            .annotate(is_same=Exists(Shelf.objects.filter(pk=pk)))
            .filter(same, doubled=seven, shelf__in=Shelf.objects.filter(pk=pk), number__in=[seven, 14])
        )
    )
    (found,) = query.rows(seven=7, pk=shelf.pk)
    assert found == thing
    assert found.is_same
    assert query.rows(seven=8, pk=shelf.pk) == []
    assert query.rows(seven=7, pk=shelf.pk + 1) == []


def test_a_per_cent_sign_in_the_sql_itself(alias):
    for number in (1, 2, 3):
        Thing.objects.using(alias).create(number=number, text="100%")
    odd = compiled(lambda text: Thing.objects.using(alias).annotate(odd=F("number") % 2).filter(odd=1, text=text))
    assert {thing.number for thing in odd.rows(text="100%")} == {1, 3}
    assert odd.update({"text": "%s"}, text="100%") == 2


def test_lists_of_values_and_deferred_fields_stay_what_they_are(alias):
    Thing.objects.using(alias).create(number=7, doubled=4)
    things = Thing.objects.using(alias)
    assert compiled(lambda n: things.filter(number=n).values_list("doubled", "text")).rows(n=7) == [(4, "")]
    assert compiled(lambda n: things.filter(number=n).values_list("doubled", flat=True)).one(n=7) == 4
    assert compiled(lambda n: things.filter(number=n).only("doubled")).one(n=7).get_deferred_fields() >= {"text"}


def test_a_limit_and_an_order_are_kept(alias):
    for number in (2, 3, 1):
        Thing.objects.using(alias).create(number=number)
    query = compiled(lambda least: Thing.objects.using(alias).filter(number__gte=least).order_by("-number")[:2])
    assert [thing.number for thing in query.rows(least=1)] == [3, 2]
    assert query.one(least=4) is None


def test_an_update_says_how_many_rows_it_changed_and_can_write_null(alias):
    for number in (1, 2, 3):
        Thing.objects.using(alias).create(number=number, data={"is": number}, at=AT)
    from_two = compiled(lambda least: Thing.objects.using(alias).filter(number__gte=least))
    assert from_two.update({"data": None, "at": None}, least=2) == 2
    assert from_two.update({"at": AT}, least=9) == 0
    kept = Thing.objects.using(alias).order_by("number").values_list("data", "at")
    assert list(kept) == [({"is": 1}, AT), (None, None), (None, None)]
    assert Thing.objects.using(alias).filter(data__isnull=True).count() == 2


def test_an_update_of_rows_that_a_join_finds(alias):
    shelf = Shelf.objects.using(alias).create(name="upper")
    Thing.objects.using(alias).create(shelf=shelf)
    on = compiled(lambda name: Thing.objects.using(alias).filter(shelf__name=name))
    assert on.update({"number": 5}, name="upper") == 1
    assert on.update({"number": 6}, name="lower") == 0
    assert Thing.objects.using(alias).get().number == 5


def test_the_lock_of_a_row_is_asked_for_where_there_are_row_locks(alias):
    query = compiled(lambda pk: Thing.objects.using(alias).filter(pk=pk).select_for_update())
    connection = connections[alias]
    with CaptureQueriesContext(connection) as asked:
        query.rows(pk=1)
    assert ("FOR UPDATE" in asked[0]["sql"]) == connection.features.has_select_for_update


class Router:
    reads = writes = "default"

    def db_for_read(self, model, **hints):
        return self.reads

    def db_for_write(self, model, **hints):
        return self.writes


def test_routers_choose_the_database_each_time(settings):
    settings.DATABASE_ROUTERS = [router := Router()]
    for alias in ("default", "other"):
        Thing.objects.using(alias).create(number=7, text=alias)
    query = compiled(lambda number: Thing.objects.filter(number=number))
    for alias in ("default", "other", "default"):
        router.reads = alias
        assert query.one(number=7).text == alias
    router.writes = "other"
    assert query.update({"number": 8}, number=7) == 1
    assert Thing.objects.using("default").get().number == 7
    assert Thing.objects.using("other").get().number == 8


@pytest.mark.django_db(databases=list(settings.DATABASES), transaction=True)
def test_each_thread_uses_its_own_connection():
    """Compiled by one thread, whose connection no other may use."""
    query = compiled(lambda name: Shelf.objects.using("default").filter(name=name))
    assert query.one(name="upper") is None
    used = []

    def ask() -> None:
        with CaptureQueriesContext(connections["default"]) as asked:
            query.rows(name="upper")
        used.extend(asked.captured_queries)
        connections.close_all()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert len(used) == 1


@pytest.mark.django_db(databases=list(settings.DATABASES), transaction=True)
def test_what_is_compiled_keeps_no_connection_of_the_thread_that_did_it():
    query = compiled(lambda name: Shelf.objects.using("default").filter(name=name))
    opened = []

    def ask() -> None:
        query.rows(name="upper")
        opened.append(weakref.ref(connections["default"]))
        connections["default"].close()
        del connections["default"]

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    gc.collect()
    assert opened[0]() is None


@pytest.mark.parametrize(
    "declare",
    [
        lambda text: Thing.objects.filter(text=text).prefetch_related("shelf"),
        lambda text: Thing.objects.filter(text=text).distinct().order_by("number").values_list("text"),
        lambda text: Thing.objects.filter(text=text).values("number"),
        lambda text: Shelf.objects.filter(name=text).select_related("box"),
    ],
)
def test_what_one_statement_or_one_row_cannot_say_is_refused(declare):
    with pytest.raises(TypeError):
        compiled(declare).rows(text="it")


def test_an_update_of_some_of_the_rows_is_refused():
    with pytest.raises(TypeError, match="sliced"):
        compiled(lambda text: Thing.objects.filter(text=text)[:1]).update({"number": 1}, text="")


@pytest.mark.django_db(databases=list(settings.DATABASES), transaction=True)
def test_a_lock_without_a_transaction_is_refused_each_time(alias):
    query = compiled(lambda text: Thing.objects.using(alias).select_for_update().filter(text=text))
    with transaction.atomic(using=alias):
        assert query.rows(text="it") == []
    with pytest.raises(transaction.TransactionManagementError):
        query.rows(text="it")


def test_a_key_that_the_database_makes_is_not_given():
    with pytest.raises(ValueError, match="primary key of a Thing"):
        insert(Thing(pk=77))
    assert not Thing.objects.exists()


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (lambda value: Thing.objects.filter(data__key=value), "key of a JSON field"),
        (lambda value: Thing.objects.annotate(other=value), "is no field"),
    ],
)
def test_what_cannot_be_a_parameter_is_refused(declare, reason):
    with pytest.raises(ValueError, match=reason):
        compiled(declare).rows(value=1)


def test_none_and_other_names_are_refused():
    query = compiled(lambda number: Thing.objects.filter(number=number))
    with pytest.raises(ValueError, match="None"):
        query.rows(number=None)
    with pytest.raises(TypeError, match="takes"):
        query.rows(numbers=1)
    with pytest.raises(TypeError, match="takes"):
        query.update({"text": ""})


def test_what_is_declared_is_not_evaluated_and_the_manager_stays_as_it_is():
    query = compiled(lambda number: Thing.objects.filter(number=number))
    with CaptureQueriesContext(connections["default"]) as asked:
        assert query.declared.query.where
    assert len(asked) == 0
    query.rows(number=1)
    assert Thing.objects.filter(number=F("number")).count() == 0


@pytest.fixture
def written_to(alias, settings):
    """That database is the one that is written to."""
    settings.DATABASE_ROUTERS = [router := Router()]
    router.reads = router.writes = alias
    return alias


def test_a_row_that_is_inserted_is_the_same_as_one_that_is_saved(written_to):
    inserted, saved = Thing(**VALUES), Thing(**VALUES)
    insert(inserted)
    saved.save()
    assert saved.pk == inserted.pk + 1
    as_stored = Thing.objects.values().get(pk=saved.pk)
    assert Thing.objects.values().get(pk=inserted.pk) == {**as_stored, "id": inserted.pk}
    inserted.text = "changed"
    inserted.save()
    assert Thing.objects.count() == 2


def test_rows_are_inserted_one_after_the_other_by_the_same_statement(written_to):
    insert(Thing(number=1))
    things = [Thing(number=number, shelf=Shelf.objects.create(name=str(number))) for number in (2, 3)]
    with CaptureQueriesContext(connections[written_to]) as asked:
        for thing in things:
            insert(thing)
    assert len(asked) == 2
    assert len({thing.pk for thing in things}) == 2
    found = Thing.objects.order_by("number").values_list("number", "shelf__name")
    assert list(found) == [(1, None), (2, "2"), (3, "3")]


def test_the_key_is_known_also_where_a_statement_returns_no_row(monkeypatch):
    """SQLite before 3.35."""
    monkeypatch.setattr(connections["default"].features, "can_return_columns_from_insert", False)
    monkeypatch.setattr("compiled_query.insertions", {})
    before = Shelf.objects.create(name="upper")
    insert(shelf := Shelf(name="lower"))
    assert Shelf.objects.exclude(pk=before.pk).get() == shelf


def test_a_key_of_ones_own_is_kept_and_no_row_is_stored_twice(written_to):
    thing = Thing.objects.create()
    insert(Label(thing=thing, text="first"))
    assert Label.objects.get(pk=thing.pk).text == "first"
    with pytest.raises(IntegrityError), transaction.atomic(using=written_to):
        insert(Label(thing=thing, text="second"))
    assert Label.objects.get().text == "first"
