import { describe, expect, it } from 'vitest';
import { parseNotebook } from '../../../kernel/notebook/ipynb.ts';
import { buildSqlNotebook } from '../../../kernel/notebook/ipynbWrite.ts';
import type { Commit, TableField, WorkspaceTable } from '../../../kernel/rpc/tables.ts';
import { buildStatistics } from './fileStatistics.ts';
import { buildVersionQuery } from './queryNotebook.ts';
import { buildSchemaRows, countFields, metadataText } from './schemaRows.ts';
import { buildMetrics, metricsText } from './tableMessages.ts';
import { buildTablesRows, filterTables, nextToggled, NO_TABLES, type TablesState } from './tablesState.ts';
import { buildMarks, buildTimeline, clampVersion, commitKind, fractionOf, versionAt } from './timeline.ts';

function table(relativePath: string): WorkspaceTable {
  return { name: relativePath.replace('/', '.'), relativePath, path: `/ws/${relativePath}` };
}
const TABLES: TablesState = { ...NO_TABLES, loaded: true, complete: true, tables: ['trips', 'sales/orders2', 'sales/orders10', 'sales/customers'].map(table) };
const lines = (state: TablesState): readonly string[] => buildTablesRows(state).map((row) => `${'  '.repeat(row.level - 1)}${row.kind === 'schema' ? `${row.schema} (${row.count})` : row.label}`);

describe('the list of tables', () => {
  it('stands by schema, numbers in order', () => {
    expect(lines(TABLES)).toEqual(['default (1)', '  trips', 'sales (3)', '  customers', '  orders2', '  orders10']);
  });
  it('folds and unfolds', () => {
    const folded = nextToggled(TABLES, 'sales', false);
    expect(lines(folded)).toEqual(['default (1)', '  trips', 'sales (3)']);
    expect(lines(nextToggled(folded, 'sales', true))).toEqual(lines(TABLES));
    expect(nextToggled(TABLES, 'sales', true)).toBe(TABLES);
  });
  it('begins folded where there are many', () => {
    const many: TablesState = { ...TABLES, tables: Array.from({ length: 10_000 }, (_, index) => table(`s${index % 10}/t${index}`)) };
    expect(buildTablesRows(many)).toHaveLength(10);
    expect(buildTablesRows(nextToggled(many, 's3', true))).toHaveLength(1_010);
  });
  it.each([
    ['orders', ['sales/orders2', 'sales/orders10']],
    ['sales.cust', ['sales/customers']],
    ['ORDERS 10', ['sales/orders10']],
    ['', ['trips', 'sales/orders2', 'sales/orders10', 'sales/customers']],
    ['nothing', []],
  ])('filtered by %j', (filter, expected) => expect(filterTables(TABLES.tables, filter).map(({ relativePath }) => relativePath)).toEqual(expected));
  it('shows what fits the filter even in a folded schema', () => {
    expect(lines({ ...nextToggled(TABLES, 'sales', false), filter: 'cust' })).toEqual(['sales (1)', '  customers']);
  });
});

function commit(version: number, operation?: string, more: Partial<Commit> = {}): Commit {
  return { version, timestampMs: version * 1_000, ...(operation === undefined ? {} : { operation }), operationParameters: {}, operationMetrics: {}, readable: true, ...more };
}

describe('the timeline', () => {
  const timeline = buildTimeline([commit(4, 'DELETE'), commit(3, 'WRITE'), commit(2, 'WRITE'), commit(1, undefined, { readable: false })], 4);
  it('begins at the oldest version that can be read', () => expect([timeline.oldest, timeline.latest]).toEqual([2, 4]));
  it.each([
    [0, 2],
    [0.2, 2],
    [0.5, 3],
    [1, 4],
    [7, 4],
  ])('finds the version at %d of the track', (fraction, version) => expect(versionAt(timeline, fraction)).toBe(version));
  it('knows where a version stands', () => {
    expect([2, 3, 4].map((version) => fractionOf(timeline, version))).toEqual([0, 0.5, 1]);
    expect(fractionOf(buildTimeline([], 7), 7)).toBe(1);
    expect([clampVersion(timeline, -3), clampVersion(timeline, 99)]).toEqual([2, 4]);
  });
  it.each([
    ['WRITE', 'data'],
    ['STREAMING UPDATE', 'data'],
    ['COPY INTO', 'data'],
    ['MERGE', 'change'],
    ['DELETE', 'change'],
    ['OPTIMIZE', 'upkeep'],
    ['VACUUM END', 'upkeep'],
    ['CREATE TABLE AS SELECT', 'structure'],
    ['SET TBLPROPERTIES', 'structure'],
    ['RESTORE', 'structure'],
    [undefined, 'data'],
  ])('%s is of the kind %s', (operation, kind) => expect(commitKind(operation)).toBe(kind));
  it('marks every commit where there is room, else the rare ones', () => {
    const strokes = (count: number, width: number): Readonly<Record<string, number>> => {
      const commits = Array.from({ length: count }, (_, index) => commit(count - 1 - index, index % 100 === 7 ? 'SET TBLPROPERTIES' : index % 10 === 3 ? 'MERGE' : 'WRITE'));
      return Object.fromEntries([...buildMarks(buildTimeline(commits, count - 1), width, 8)].map(([kind, path]) => [kind, path.match(/M/g)?.length ?? 0]));
    };
    expect(strokes(100, 600)).toEqual({ structure: 1, change: 10, data: 89 });
    expect(strokes(1_000, 600)).toEqual({ structure: 10, change: 100 });
    expect(strokes(10_000, 600)).toEqual({ structure: 100 });
  });
});

describe('what a commit changed', () => {
  it('in a few words', () => {
    expect(metricsText(commit(1, 'MERGE', { operationMetrics: { numTargetRowsInserted: '1', numTargetRowsUpdated: '2000', numTargetRowsDeleted: '0' } }))).toBe('1 row inserted, 2,000 rows updated');
    expect(metricsText(commit(1, 'MERGE', { operationMetrics: { numOutputRows: '2', numTargetRowsInserted: '1', numTargetRowsUpdated: '1' } }))).toBe('1 row inserted, 1 row updated');
    expect(metricsText(commit(1, 'DELETE', { operationMetrics: { numDeletedRows: '1', numRemovedFiles: '1' } }))).toBe('1 row deleted, −1 file');
    expect(metricsText(commit(1, 'RESTORE', { operationMetrics: { numRestoredFiles: '1', numRemovedFiles: '2' } }))).toBe('1 file restored, −2 files');
    expect(metricsText(commit(1, 'WRITE', { operationMetrics: { numOutputRows: '1', numFiles: '3' } }))).toBe('+1 row');
    expect(metricsText(commit(1))).toBe('');
  });
  it('in full, zeros last', () => {
    expect(buildMetrics({ numAddedFiles: '0', numOutputBytes: '1234567', executionTimeMs: '1500', note: 'x' })).toEqual([
      { name: 'output bytes', value: '1.2 MB (1,234,567)' },
      { name: 'execution time', value: '1,500 ms' },
      { name: 'note', value: 'x' },
      { name: 'added files', value: '0' },
    ]);
  });
});

function field(name: string, type: string, fields: readonly TableField[] = [], more: Partial<TableField> = {}): TableField {
  return { name, type, nullable: true, partition: false, metadata: {}, fields, ...more };
}

describe('the schema', () => {
  const fields = [field('id', 'bigint', [], { nullable: false }), field('address', 'struct<city:string,geo:struct<lat:double>>', [field('city', 'string', [], { comment: 'where' }), field('geo', 'struct<lat:double>', [field('lat', 'double')])])];
  const names = (folded: readonly string[], filter: string): readonly string[] => buildSchemaRows({ fields, clusteringColumns: ['address.city'] }, new Set(folded), filter).map(({ field: { name }, level, clustering }) => `${'  '.repeat(level - 1)}${name}${clustering ? '*' : ''}`);
  it.each<[string, readonly string[], string, readonly string[]]>([
    ['whole', [], '', ['id', 'address', '  city*', '  geo', '    lat']],
    ['folded', ['address.geo'], '', ['id', 'address', '  city*', '  geo']],
    ['filtered by a nested name, with what stands above', ['address'], 'lat', ['address', '  geo', '    lat']],
    ['filtered by a comment', [], 'where', ['address', '  city*']],
  ])('%s', (_name, folded, filter, expected) => expect(names(folded, filter)).toEqual(expected));
  it('says of each column what matters', () => {
    expect(buildSchemaRows({ fields: [field('id', 'bigint', [], { nullable: false, partition: true, comment: 'key' })], clusteringColumns: [] }, new Set(), '')[0]?.label).toBe('id, partition, bigint, not null, key');
  });
  it('counts nested fields', () => expect(countFields(fields)).toBe(5));
  it('shows metadata without its prefix', () => expect(metadataText({ 'delta.columnMapping.id': '4', 'delta.columnMapping.physicalName': '"col-1"' })).toBe('columnMapping.id: 4 · columnMapping.physicalName: col-1'));
});

describe('statistics of a file', () => {
  it('stand by column, nested ones by their dotted name, with every digit', () => {
    const stats = '{"numRecords":2,"minValues":{"id":9007199254740993,"a":{"b":"x 1"}},"maxValues":{"id":9007199254740999},"nullCount":{"id":0,"a":{"b":1}}}';
    expect(buildStatistics(stats)).toEqual([
      { column: 'id', min: '9007199254740993', max: '9007199254740999', nulls: '0' },
      { column: 'a.b', min: 'x 1', max: '', nulls: '1' },
    ]);
  });
  it.each([[undefined], ['{'], ['[]'], ['{}']])('are none in %j', (stats) => expect(buildStatistics(stats)).toEqual([]));
});

describe('query this version', () => {
  it.each([
    ['by name', { name: 'sales.orders', path: '/ws/sales/orders', version: 3 }, 'SELECT *\nFROM sales.orders VERSION AS OF 3\nLIMIT 100'],
    ['by path', { name: undefined, path: '/ws/o`dd', version: 0 }, 'SELECT *\nFROM delta.`/ws/o``dd` VERSION AS OF 0\nLIMIT 100'],
  ])('%s', (_name, query, sql) => expect(buildVersionQuery(query)).toBe(sql));
  it('makes a notebook with one SQL cell', () => {
    const { cells } = parseNotebook(buildSqlNotebook('SELECT 1', 'abc'));
    expect(cells.map(({ id, content }) => ({ id, language: content.language, source: content.source }))).toEqual([{ id: 'abc', language: 'sql', source: 'SELECT 1' }]);
  });
});
