import { describe, expect, it } from 'vitest';
import { toDuckDbFilePredicate } from './duckdbPredicate.ts';

const SCHEMA = { kind: 'struct' as const, fields: [{ name: 'm', type: { kind: 'decimal' as const, precision: 5, scale: 2 }, nullable: true, metadata: {} }] };

describe('a constant beside a decimal column keeps its digits', () => {
  it.each([
    { type: 'decimal' as const, text: '1.004', as: { precision: 4, scale: 3 } },
    { type: 'decimal' as const, text: '-0.05', as: { precision: 3, scale: 2 } },
    { type: 'integer' as const, text: '10000000', as: { precision: 8, scale: 0 } },
  ])('$text', ({ type, text, as }) => {
    const predicate = toDuckDbFilePredicate({ kind: 'compare', operator: '<', column: ['M'], constant: { type, text } }, SCHEMA);
    expect(predicate).toMatchObject({ kind: 'comparison', literal: { type: { kind: 'decimal', ...as }, value: text } });
  });
});
