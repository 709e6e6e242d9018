import { describe, expect, it } from 'vitest';
import { parseStatement } from './parse.ts';
import { collectTableReferences } from './references.ts';

const CLOCK = { nowMicros: 1_700_000_000_000_000n, timeZone: 'UTC' };
const references = (text: string): unknown[] => collectTableReferences(parseStatement(text), CLOCK).map(({ id: _id, start: _start, end: _end, ...rest }) => rest);
const named = (...parts: string[]): object => ({ kind: 'name', parts });
const LATEST = { kind: 'latest' };

describe('the stored data that a statement names', () => {
  it.each([
    { text: 'SELECT * FROM a JOIN b.c ON true WHERE x IN (SELECT y FROM d)', found: [named('a'), named('b', 'c'), named('d')].map((source) => ({ kind: 'table', source, version: LATEST })) },
    { text: 'WITH a AS (SELECT * FROM x), b AS (SELECT * FROM a) SELECT * FROM b', found: [{ kind: 'table', source: named('x'), version: LATEST }] },
    { text: 'WITH a AS (SELECT * FROM a) SELECT * FROM a', found: [{ kind: 'table', source: named('a'), version: LATEST }] },
    { text: 'SELECT * FROM t VERSION AS OF 3', found: [{ kind: 'table', source: named('t'), version: { kind: 'version', version: 3 } }] },
    { text: 'SELECT * FROM t@v12', found: [{ kind: 'table', source: named('t'), version: { kind: 'version', version: 12 } }] },
    { text: "SELECT * FROM t TIMESTAMP AS OF '2024-01-01'", found: [{ kind: 'table', source: named('t'), version: { kind: 'timestamp', text: '2024-01-01' } }] },
    { text: 'SELECT * FROM t TIMESTAMP AS OF current_timestamp() - INTERVAL 1 HOUR', found: [{ kind: 'table', source: named('t'), version: { kind: 'timestampMicros', micros: 1_699_996_400_000_000n } }] },
    { text: 'SELECT * FROM delta.`/data/t@v3`', found: [{ kind: 'table', source: { kind: 'path', format: 'delta', path: '/data/t' }, version: { kind: 'version', version: 3 } }] },
    { text: 'SELECT * FROM csv.`/a.csv`', found: [{ kind: 'files', source: { kind: 'path', format: 'csv', path: '/a.csv' }, options: {} }] },
    { text: "SELECT * FROM read_files('/in', format => 'csv', header => true)", found: [{ kind: 'files', source: { kind: 'path', format: 'csv', path: '/in' }, options: { header: 'true' } }] },
    { text: "SELECT * FROM table_changes('s.t', 2, 5)", found: [{ kind: 'changes', source: named('s', 't'), from: { kind: 'version', version: 2 }, to: { kind: 'version', version: 5 } }] },
    { text: "SELECT * FROM table_changes('`odd name`', '2024-01-01')", found: [{ kind: 'changes', source: named('odd name'), from: { kind: 'timestamp', text: '2024-01-01' }, to: undefined }] },
    { text: 'DESCRIBE HISTORY s.t', found: [{ kind: 'table', source: named('s', 't'), version: LATEST }] },
    { text: 'EXPLAIN SELECT * FROM t', found: [{ kind: 'table', source: named('t'), version: LATEST }] },
    { text: 'SELECT 1', found: [] },
  ])('$text', ({ text, found }) => {
    expect(references(text)).toEqual(found);
  });
});
