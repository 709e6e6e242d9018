"""What delta-rs makes of a table, for the tests that compare with it.

Reads one JSON value a line, `{"op": …, "table": path, …}`, and writes one a line, or `{"error": class, "message": text}`:
  read     [where]                 `{"names", "types", "rows"}`, values as kernel/sql/corpus/README.md says
  copy     where, columns          appends the rows that meet a condition once more
  delete   where
  update   where, set {column: expression}
  insert   select                  appends the rows of a query over the table as `t`
  mergeRows  select, on, deleteWhere, set, insert   the source `s` is such a query
  optimize, checkpoint
  append   rows                    rows of {column: value}, all BIGINT
  merge    rows, on, set, insert   the source is `s`, the table `t`
  history                          `{"commits": […]}`
`tag` names the commit. Needs deltalake (deltaRsProcess.ts provides it).
"""
import decimal
import json
import math
import sys

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, write_deltalake
from deltalake import __version__ as version

WIDTHS = {'byte': 'tinyint', 'short': 'smallint', 'integer': 'int', 'long': 'bigint'}


def select(table, sql):
    """Rows of a statement over the table as `t`, as Arrow."""
    return pa.table(QueryBuilder().register('t', table).execute(sql).read_all())


def simple(kind):
    """Spark's name of a type of Delta's."""
    if isinstance(kind, str):
        return WIDTHS.get(kind, kind)
    if kind['type'] == 'array':
        return 'array<%s>' % simple(kind['elementType'])
    if kind['type'] == 'map':
        return 'map<%s,%s>' % (simple(kind['keyType']), simple(kind['valueType']))
    return 'struct<%s>' % ','.join('%s:%s' % (field['name'], simple(field['type'])) for field in kind['fields'])


def encode(kind, value):
    if value is None:
        return None
    if isinstance(kind, dict):
        if kind['type'] == 'array':
            return [encode(kind['elementType'], item) for item in value]
        if kind['type'] == 'map':
            entries = value.items() if isinstance(value, dict) else value
            return [[encode(kind['keyType'], key), encode(kind['valueType'], item)] for key, item in entries]
        return [encode(field['type'], value[field['name']]) for field in kind['fields']]
    if kind == 'long':
        return str(value)
    if kind in ('byte', 'short', 'integer'):
        return int(value)
    if kind.startswith('decimal'):
        return format(decimal.Decimal(value), 'f')
    if kind in ('float', 'double'):
        return 'NaN' if math.isnan(value) else ('Infinity' if value > 0 else '-Infinity') if math.isinf(value) else value
    if kind == 'binary':
        return bytes(value).hex()
    if kind == 'date':
        return value.isoformat()
    if kind in ('timestamp', 'timestamp_ntz'):
        return value.replace(tzinfo=None, microsecond=0).isoformat() + '.%06d' % value.microsecond + ('Z' if kind == 'timestamp' else '')
    return value


def read(table, asked):
    schema = json.loads(table.schema().to_json())
    where = ' WHERE ' + asked['where'] if asked.get('where') else ''
    found = select(table, 'SELECT * FROM t' + where)
    columns = [found.column(field['name']).to_pylist() for field in schema['fields']]
    rows = [[encode(field['type'], column[index]) for field, column in zip(schema['fields'], columns)] for index in range(found.num_rows)]
    return {'names': [field['name'] for field in schema['fields']], 'types': [simple(field['type']) for field in schema['fields']], 'rows': rows}


def copy(table, asked):
    rows = select(table, 'SELECT %s FROM t WHERE %s' % (', '.join('"%s"' % name for name in asked['columns']) if asked.get('columns') else '*', asked['where']))
    write_deltalake(table, rows, mode='append')
    return {}


def numbers(rows):
    return pa.table({name: pa.array([row[name] for row in rows], pa.int64()) for name in rows[0]})


def answer(asked):
    table = DeltaTable(asked['table'])
    op = asked['op']
    named = CommitProperties(custom_metadata={'tag': asked['tag']}) if asked.get('tag') else None
    if op == 'read':
        return read(table, asked)
    if op == 'copy':
        return copy(table, asked)
    if op == 'insert':
        return write_deltalake(table, select(table, asked['select']), mode='append') or {}
    if op == 'mergeRows':
        builder = table.merge(select(table, asked['select']), asked['on'], source_alias='s', target_alias='t')
        return builder.when_matched_delete(asked['deleteWhere']).when_matched_update(asked['set']).when_not_matched_insert(asked['insert']).execute()
    if op == 'optimize':
        return table.optimize.compact()
    if op == 'checkpoint':
        return table.create_checkpoint() or {}
    if op == 'append':
        return write_deltalake(table, numbers(asked['rows']), mode='append', commit_properties=named) or {}
    if op == 'delete':
        return table.delete(asked['where'], commit_properties=named)
    if op == 'update':
        return table.update(updates=asked['set'], predicate=asked['where'], commit_properties=named)
    if op == 'merge':
        builder = table.merge(numbers(asked['rows']), asked['on'], source_alias='s', target_alias='t', commit_properties=named)
        return builder.when_matched_update(asked['set']).when_not_matched_insert(asked['insert']).execute()
    if op == 'history':
        return {'commits': table.history()}
    raise ValueError(op)


def main():
    print(json.dumps({'ready': version}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            given = answer(json.loads(line))
        except BaseException as error:  # noqa: BLE001  (a panic of Rust is none of Exception)
            given = {'error': type(error).__name__, 'message': str(error).strip()}
        print(json.dumps(given, ensure_ascii=False, default=str), flush=True)


if __name__ == '__main__':
    main()
