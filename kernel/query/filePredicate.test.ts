import { describe, expect, it } from 'vitest';
import type { DataType } from '../sql/types/dataType.ts';
import type { LiteralValue } from '../sql/plan/scan.ts';
import { toFilePredicate } from './filePredicate.ts';

function literalOf(type: DataType, value: LiteralValue): unknown {
  const predicate = toFilePredicate({ kind: 'compare', operator: '=', column: ['c'], literal: { type, value } });
  return predicate.kind === 'comparison' ? predicate.literal : predicate.kind;
}

describe('a constant becomes what the log compares with', () => {
  const cases: readonly [DataType, LiteralValue, unknown][] = [
    [{ kind: 'int' }, 5n, { type: { kind: 'integer' }, value: 5n }],
    [{ kind: 'bigint' }, null, { type: { kind: 'long' }, value: null }],
    [{ kind: 'double' }, 1.5, { type: { kind: 'double' }, value: 1.5 }],
    [{ kind: 'decimal', precision: 9, scale: 2 }, -5n, { type: { kind: 'decimal', precision: 9, scale: 2 }, value: '-0.05' }],
    [{ kind: 'decimal', precision: 38, scale: 0 }, 12345678901234567890123456789012345678n, { type: { kind: 'decimal', precision: 38, scale: 0 }, value: '12345678901234567890123456789012345678' }],
    [{ kind: 'date' }, -1n, { type: { kind: 'date' }, value: '1969-12-31' }],
    [{ kind: 'date' }, 19_753n, { type: { kind: 'date' }, value: '2024-01-31' }],
    [{ kind: 'timestamp' }, -1n, { type: { kind: 'timestamp' }, value: '1969-12-31 23:59:59.999999+00' }],
    [{ kind: 'timestamp_ntz' }, 1_706_695_200_000_001n, { type: { kind: 'timestamp_ntz' }, value: '2024-01-31 10:00:00.000001' }],
    [{ kind: 'timestamp' }, 10n ** 18n, 'unknown'],
    [{ kind: 'date' }, -800_000n, 'unknown'],
    [{ kind: 'binary' }, new Uint8Array([1]), 'unknown'],
    [{ kind: 'interval', from: 'DAY', to: 'SECOND' }, 1n, 'unknown'],
  ];
  it.each(cases)('%o %s', (type, value, literal) => {
    expect(literalOf(type, value)).toEqual(literal);
  });
});

it('keeps the shape and gives up only the part that cannot be said', () => {
  const known = { kind: 'compare', operator: '<', column: ['a', 'b'], literal: { type: { kind: 'string' }, value: 'x' } } as const;
  const odd = { kind: 'in', column: ['c'], literals: [{ type: { kind: 'binary' }, value: new Uint8Array() }] } as const;
  expect(toFilePredicate({ kind: 'and', terms: [{ kind: 'not', term: known }, odd, { kind: 'isNull', column: ['d'] }] })).toEqual({
    kind: 'and',
    operands: [
      { kind: 'not', operand: { kind: 'comparison', operator: '<', column: ['a', 'b'], literal: { type: { kind: 'string' }, value: 'x' } } },
      { kind: 'unknown' },
      { kind: 'isNull', column: ['d'] },
    ],
  });
});
