import { describe, expect, it } from 'vitest';
import type { Predicate } from '../../delta/predicate.ts';
import { mayMatch } from './namePredicate.ts';

const text = (value: string | null) => ({ type: { kind: 'string' }, value }) as const;
const compare = (operator: '=' | '<>' | '<' | '<=>', column: string, value: string | null): Predicate => ({ kind: 'comparison', operator, column: [column], literal: text(value) });
const among = (...values: readonly (string | null)[]): Predicate => ({ kind: 'in', column: ['table_name'], literals: values.map(text) });
const unknown: Predicate = { kind: 'unknown' };

describe('a table is left out', () => {
  it.each([
    { name: 'by another name', predicate: compare('=', 'TABLE_NAME', 'u'), kept: false },
    { name: 'not by its own name', predicate: compare('<=>', 'table_name', 't'), kept: true },
    { name: 'by being excluded', predicate: compare('<>', 'table_name', 't'), kept: false },
    { name: 'not by an order', predicate: compare('<', 'table_name', 'a'), kept: true },
    { name: 'not by another column', predicate: compare('=', 'comment', 'x'), kept: true },
    { name: 'not by NULL', predicate: compare('=', 'table_name', null), kept: true },
    { name: 'by a list without it', predicate: among('u', 'v'), kept: false },
    { name: 'not by a list with NULL', predicate: among('u', null), kept: true },
    { name: 'by another beginning', predicate: { kind: 'startsWith', column: ['table_name'], prefix: 'u' } as const, kept: false },
    { name: 'by being no NULL', predicate: { kind: 'isNull', column: ['table_name'] } as const, kept: false },
    { name: 'by one condition of several', predicate: { kind: 'and', operands: [unknown, among('u')] } as const, kept: false },
    { name: 'not by one of two that may hold', predicate: { kind: 'or', operands: [unknown, among('u')] } as const, kept: true },
    { name: 'by the opposite of what holds', predicate: { kind: 'not', operand: among('t') } as const, kept: false },
    { name: 'not by the opposite of what is unknown', predicate: { kind: 'not', operand: unknown } as const, kept: true },
    { name: 'never without a condition', predicate: undefined, kept: true },
  ])('$name', ({ predicate, kept }) => {
    expect(mayMatch(predicate, { table_name: 't' })).toBe(kept);
  });
});
