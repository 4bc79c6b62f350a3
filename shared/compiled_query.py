"""Queries that are compiled to SQL once, for what runs at each request. Needs Django only.

Django builds a queryset and compiles it to SQL anew each time. For one row, this takes many times as long as the
database takes to find it. Here a query is declared as an ordinary queryset, by a function of its parameters::

    @compiled
    def unexpired(hash, now):
        return Token.objects.filter(hash=hash, expires_at__gt=now).select_related("user")

    token = unexpired.one(hash=..., now=timezone.now())

At the first use, the function is called with a ``Parameter`` for each argument, and Django compiles what it returns.
All else that the function reads, such as a setting or the time, stays as it was then. After that, only the SQL is run;
``one`` adds no LIMIT. Each value is prepared by the field that the parameter is compared with, database routers choose
the database, and the rows become what the queryset says: model instances with their related objects, or what
``values_list`` makes of them. ``update`` writes into the rows that the queryset finds, and the function ``insert``
stores a new row, in the same way.

For some values Django writes other SQL: these cannot be parameters, and are refused with ``ValueError``: None in a
comparison, a key of a JSON field. A list of values after ``in`` can have parameters, but always as many. A value must
have the type of the field that it is compared with: a number with a fraction, or one too large, is not looked at as
Django does. What would need more than one statement, or a look at the rows, is refused with ``TypeError``.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, ExpressionList, Field, Lookup, Model, QuerySet
from django.db.models.expressions import BaseExpression
from django.db.models.fields.json import KeyTransform
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.models.sql import InsertQuery, Query, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import WhereNode
from django.db.transaction import TransactionManagementError, mark_for_rollback_on_error

Row = TypeVar("Row", covariant=True)
Read = Callable[[Sequence[Any]], Any]  # what the columns of a row become
Converters = Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]  # by the column, as Django’s compiler gives them


class Parameter(Expression):
    """A value that is given later. ``prepare`` makes of it what the database takes, as the field that it is compared
    with does, or the column that it is written to."""

    prepare: Callable[[Any, BaseDatabaseWrapper], Any]

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "Parameter":
        return copy(self)  # at each place, another field prepares it

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        if not hasattr(self, "prepare"):
            raise ValueError(f"What {self.name!r} is compared with is no field, so nothing says how to prepare it.")
        return "%s", (self,)


@dataclass(frozen=True)
class Statement:
    """A compiled query. ``params`` has a ``Parameter`` in the place of each value that is given later."""

    sql: str
    params: Mapping[str, Any]

    def execute(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        prepared = {
            name: one.prepare(values[one.name], cursor.db) if isinstance(one, Parameter) else one
            for name, one in self.params.items()
        }
        cursor.execute(self.sql, prepared)


@dataclass(frozen=True)
class Selection:
    """A compiled query for rows of one database. ``read`` makes of a row what the queryset says."""

    alias: str
    statement: Statement
    locks: bool
    converters: Converters
    read: Read

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        connection = connections[self.alias]
        if self.locks and not connection.in_atomic_block:
            # On SQLite, too, which has no such locks: what is forgotten here fails elsewhere.
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with connection.cursor() as cursor:
            self.statement.execute(cursor, values)
            found = cursor.fetchall()
        return [self.read(row) for row in converted(found, self.converters, connection)]


class CompiledQuery(Generic[Row]):
    """What ``compiled`` makes of a function that declares a queryset."""

    def __init__(self, declare: Callable[..., QuerySet[Any, Row]]):
        self.declare = declare
        self.names = set(inspect.signature(declare).parameters)
        self.selects: dict[str, Selection] = {}  # by the alias of the database
        self.updates: dict[tuple[str, ...], Statement] = {}  # by that and the columns

    @cached_property
    def declared(self) -> Any:
        """The queryset, with a ``Parameter`` for each argument. Never evaluated."""
        queryset: Any = self.declare(**{name: Parameter(name) for name in self.names})
        if queryset._prefetch_related_lookups or (queryset.query.distinct and queryset.query.order_by):
            raise TypeError(f"{self.declare.__name__} has prefetch_related, or is distinct and ordered.")
        if queryset._iterable_class not in READERS:
            raise TypeError(f"{self.declare.__name__} is neither of model instances nor of values_list.")
        let_fields_prepare(queryset.query)
        return queryset

    def rows(self, **values: Any) -> list[Row]:
        """What is in the queryset with these values."""
        self.check(values)
        alias = self.declared.db
        if alias not in self.selects:
            self.selects[alias] = compile_selection(alias, self.declared)
        return self.selects[alias].rows(values)

    def one(self, **values: Any) -> Row | None:
        """The first row that is in it, or None."""
        return next(iter(self.rows(**values)), None)

    def update(self, to: Mapping[str, Any], **values: Any) -> int:
        """Write ``to``, values by field, into what is in the queryset. Returns the number of rows, as Django does."""
        self.check(values)
        if self.declared.query.is_sliced:
            raise TypeError(f"{self.declare.__name__} is sliced: all its rows would be written.")
        alias = self.declared._db or router.db_for_write(self.declared.model)
        if (alias, *to) not in self.updates:
            self.updates[alias, *to] = Statement(
                *named(*update_query(self.declared.query, to).get_compiler(alias).as_sql())
            )
        with mark_for_rollback_on_error(using=alias), connections[alias].cursor() as cursor:
            every = {**values, **{written(name): value for name, value in to.items()}}
            self.updates[alias, *to].execute(cursor, every)
            return cursor.rowcount

    def check(self, values: Mapping[str, Any]) -> None:
        if values.keys() != self.names:
            raise TypeError(f"{self.declare.__name__} takes {sorted(self.names)}, not {sorted(values)}")
        if None in values.values():
            raise ValueError(f"None is equal to nothing in SQL: {values}")


compiled = CompiledQuery


@dataclass(frozen=True)
class Insertion:
    """How rows of a model are stored in a database. ``fields`` are those that get a value from here, ``returned`` those
    that the database fills."""

    alias: str
    sql: str
    fields: Mapping[str, Field]
    returned: tuple[Field, ...]
    converters: Converters

    def store(self, row: Model) -> None:
        connection = connections[self.alias]
        params = {
            name: field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for name, field in self.fields.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            made = [self.made(cursor)] if self.returned else []
        for values in converted(made, self.converters, connection):
            for field, value in zip(self.returned, values, strict=True):
                setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, self.alias

    def made(self, cursor: CursorWrapper) -> Sequence[Any]:
        """What the database has filled in: before 3.35, SQLite tells only the key."""
        return cursor.fetchone() if cursor.db.features.can_return_columns_from_insert else [cursor.lastrowid]


insertions: dict[tuple[str, type[Model]], Insertion] = {}


def insert(row: Model) -> None:
    """Store a new row, like ``save(force_insert=True)``, with a statement that is compiled once for its model.

    Without signals; not for a model in several tables, nor for values that are expressions. A primary key that the
    database makes is set afterwards. Raises ``ValueError`` for a row that has one already.
    """
    alias = router.db_for_write(type(row), instance=row)
    if (alias, type(row)) not in insertions:
        insertions[alias, type(row)] = compile_insertion(alias, type(row))
    if any(getattr(row, field.attname) is not None for field in insertions[alias, type(row)].returned):
        raise ValueError(f"The database makes the primary key of a {type(row).__name__}.")
    with mark_for_rollback_on_error(using=alias):
        insertions[alias, type(row)].store(row)


def compile_insertion(alias: str, model: type[Model]) -> Insertion:
    about = model._meta
    returned = tuple(about.db_returning_fields)
    fields = tuple(field for field in about.local_concrete_fields if field not in returned)
    query = InsertQuery(model)
    query.insert_values(fields, [model()])
    compiler: Any = query.get_compiler(alias)
    compiler.returning_fields = returned
    ((sql, _),) = compiler.as_sql()
    converters = compiler.get_converters([field.get_col(about.db_table) for field in returned])
    return Insertion(alias, *named(sql, fields), returned, converters)


def compile_selection(alias: str, queryset: Any) -> Selection:
    compiler: Any = queryset.query.clone().get_compiler(alias)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, *_ in compiler.select])
    read = READERS[queryset._iterable_class](compiler)
    return Selection(alias, Statement(*named(sql, params)), queryset.query.select_for_update, converters, read)


def named(sql: str, params: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The same with a name for each placeholder: for SQLite, Django searches the SQL for those without, each time."""
    by_name = {f"p{n}": param for n, param in enumerate(params)}
    return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in by_name), by_name


def reader_of_instances(compiler: Any) -> Read:
    """Django’s own finds out anew for each query which column is whose."""
    read_instance = reader_of(compiler.klass_info, compiler)
    annotations = dict(compiler.annotation_col_map or {})

    def read(row: Sequence[Any]) -> Model:
        instance = read_instance(row)
        for name, column in annotations.items():
            setattr(instance, name, row[column])
        return instance

    return read


def reader_of(part: Mapping[str, Any], compiler: Any) -> Read:
    """Of the instance that a part of the columns is, with those that select_related adds to it; None where a join has
    found none. Raises ``TypeError`` for a parent with the same key as its child, which has no columns of its own."""
    if part.get("from_parent"):
        raise TypeError(f"{part['model'].__name__} is selected as a child of a model.")
    model, alias, first, last = part["model"], compiler.using, part["select_fields"][0], part["select_fields"][-1]
    own = slice(first, last + 1)
    names = [expression.target.attname for expression, *_ in compiler.select[own]]
    key = first + names.index(model._meta.pk.attname)
    related = [
        (reader_of(one, compiler), one["local_setter"], one["remote_setter"])
        for one in part.get("related_klass_infos", [])
    ]

    def read(row: Sequence[Any]) -> Model | None:
        if row[key] is None:
            return None
        instance = model.from_db(alias, names, row[own])
        for read_other, set_here, set_there in related:
            other = read_other(row)
            set_here(instance, other)
            if other is not None:
                set_there(other, instance)
        return instance

    return read


READERS: dict[Any, Callable[[Any], Read]] = {
    ModelIterable: reader_of_instances,
    ValuesListIterable: lambda compiler: tuple,
    FlatValuesListIterable: lambda compiler: itemgetter(0),
}


def converted(
    rows: Iterable[Sequence[Any]], converters: Converters, connection: BaseDatabaseWrapper
) -> Iterator[Sequence[Any]]:
    """With the values that Django has for those of the database."""
    for row in rows:
        values = list(row)
        for column, (each, expression) in converters.items():
            for convert in each:
                values[column] = convert(values[column], expression, connection)
        yield values


def update_query(query: Query, columns: Iterable[str]) -> UpdateQuery:
    update: Any = query.chain(UpdateQuery)
    update.add_update_values({name: Parameter(written(name)) for name in columns})
    for field, _, parameter in update.values:
        parameter.prepare = field.get_db_prep_save
    update.clear_select_clause()
    return update


def written(name: str) -> str:
    """The name of a value that is written: no argument of a function has it."""
    return f"{name} ="


def let_fields_prepare(node: Any) -> None:
    """Tell each parameter in a query, or in a part of one, which field it is compared with."""
    if isinstance(node, Lookup):
        compared = [one for one in each_of(node.rhs) if isinstance(one, Parameter)]
        if compared and isinstance(node.lhs, KeyTransform):
            raise ValueError(f"How a key of a JSON field is compared depends on the value: {compared[0].name!r}")
        for parameter in compared:
            parameter.prepare = node.lhs.output_field.get_db_prep_value
    for part in parts_of(node):
        let_fields_prepare(part)


def each_of(compared_with: Any) -> Iterable[Any]:
    """The values of ``in`` and ``range`` one by one."""
    return compared_with.get_source_expressions() if isinstance(compared_with, ExpressionList) else [compared_with]


def parts_of(node: Any) -> Iterable[Any]:
    match node:
        case Query():
            return [node.where, *node.annotations.values(), *node.combined_queries]
        case WhereNode():
            return node.children
        case BaseExpression():
            return node.get_source_expressions()
    return []
