import { describe, expect, it } from 'vitest';
import { complete, type CompletionCatalog } from './completion.ts';
import { BIGINT, field, INT, structOf } from './types/dataType.ts';

const CATALOG: CompletionCatalog = {
  tables: () => [['sales', 'orders'], ['t']],
  columns: (table) => (table.at(-1) === 't' ? [{ name: 'id', type: BIGINT, nullable: true }, { name: 'st', type: structOf([field('x', INT)]), nullable: true }] : table.at(-1) === 'orders' ? [{ name: 'total amount', type: INT, nullable: true }] : undefined),
};

/** Completions at the bar of a text. */
function at(text: string): string[] {
  const offset = text.indexOf('|');
  return complete(text.replace('|', ''), offset, CATALOG).map((item) => `${item.kind} ${item.label}`);
}

describe('completion', () => {
  it.each([
    { text: 'SEL|', holds: ['keyword SELECT'] },
    { text: 'SELECT i| FROM t', holds: ['column id', 'function instr'] },
    { text: 'SELECT * FROM |', holds: ['table sales.orders', 'table t'] },
    { text: 'SELECT * FROM sales.|', holds: ['table orders'] },
    { text: 'SELECT a.| FROM sales.orders a', holds: ['column total amount'] },
    { text: 'SELECT st.| FROM t', holds: ['column x'] },
    { text: 'SELECT * FROM t ORDER |', holds: ['keyword BY'] },
    { text: 'SELECT 1; SELECT * FROM t WHERE i|', holds: ['column id'] },
    { text: 'WITH c AS (SELECT 1) SELECT * FROM |', holds: ['table c'] },
    { text: 'VACUUM t RETAIN 5 |', holds: ['keyword HOURS'] },
    { text: 'DESCRIBE |', holds: ['keyword HISTORY', 'table t'] },
    { text: 'SELECT id FROM t WHERE ( AND st.|', holds: ['column x'] },
  ])('$text', ({ text, holds }) => {
    expect(at(text)).toEqual(expect.arrayContaining(holds));
  });

  it('replaces what is typed, and quotes odd names', () => {
    expect(complete('SELECT a.to FROM sales.orders a', 11, CATALOG)).toEqual([{ label: 'total amount', kind: 'column', detail: 'int', insertText: '`total amount`', start: 9, end: 11 }]);
  });

  it('offers nothing that is refused', () => {
    expect(at('SELECT mono| FROM t')).toEqual([]);
  });
});
