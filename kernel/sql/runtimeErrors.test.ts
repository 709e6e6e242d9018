import { describe, expect, it } from 'vitest';
import { isNarrowDecimalOverflow, mapRuntimeError } from './runtimeErrors.ts';

describe('errors of a running query', () => {
  it.each([
    { text: "Invalid Input Error: [DIVIDE_BY_ZERO#7-12] Division by zero", code: 'DIVIDE_BY_ZERO', sqlState: '22012' },
    { text: "Invalid Input Error: [CAST_INVALID_INPUT] The value 'x' …", code: 'CAST_INVALID_INPUT', sqlState: '22018' },
    { text: 'Out of Range Error: Overflow in addition of INT32 (2147483647 + 1)!', code: 'ARITHMETIC_OVERFLOW', sqlState: '22003' },
    { text: 'Out of Range Error: Overflow in addition of INT8 (127 + 1)!', code: 'BINARY_ARITHMETIC_OVERFLOW', sqlState: '22003' },
    { text: 'Out of Range Error: Overflow in multiplication of DECIMAL(18) (1 * 2)', code: 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', sqlState: '22003' },
    { text: "Conversion Error: Type INT32 with value 300 can't be cast because the value is out of range for the destination type INT8", code: 'CAST_OVERFLOW', sqlState: '22003' },
    { text: "Conversion Error: Could not convert string 'a' to INT32", code: 'CAST_INVALID_INPUT', sqlState: '22018' },
    { text: 'Invalid Input Error: Map keys must be unique.', code: 'DUPLICATED_MAP_KEY', sqlState: '23505' },
    { text: 'Invalid Input Error: More than one row returned by a subquery used as an expression', code: 'SCALAR_SUBQUERY_TOO_MANY_ROWS', sqlState: '21000' },
    { text: 'Out of Range Error: Date out of range', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', sqlState: '0A000' },
    { text: "Out of Range Error: Cannot create a string of size: '6000000000', the maximum supported string size is: '4294967295'", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', sqlState: '0A000' },
    { text: 'Conversion Error: timestamp field value "2024-01-02T03:04:04:05.678" has a timestamp that is not UTC.', code: 'CAST_INVALID_INPUT', sqlState: '22018' },
    { text: 'INTERRUPT Error: Interrupted!', code: 'OPERATION_CANCELED', sqlState: 'HY008' },
    { text: 'Binder Error: Referenced column "x" not found', code: 'INTERNAL_ERROR', sqlState: 'XX000' },
  ])('$text', ({ text, code, sqlState }) => {
    const error = mapRuntimeError(new Error(text), 'SELECT a / 0 FROM t');
    expect({ code: error.code, sqlState: error.sqlState }).toEqual({ code, sqlState });
  });

  it('quotes a long value in part, and what a statement raises whole', () => {
    const long = 'x'.repeat(1_000_000);
    const { code, message } = mapRuntimeError(new Error(`Conversion Error: Could not convert string '${long}' to INT32`), '');
    expect([code, message.length < 4_000, message.includes('more characters')]).toEqual(['CAST_INVALID_INPUT', true, true]);
    expect(mapRuntimeError(new Error(`Invalid Input Error: [USER_RAISED_EXCEPTION#0-1] ${long}`), 'SELECT 1').message).toContain(long);
  });

  it('tell what a guard refuses, and why', () => {
    expect(mapRuntimeError(new Error('Invalid Input Error: [UNSUPPORTED_FEATURE.LOCAL_ENGINE#7-12] A long text: it would fill the memory'), 'SELECT repeat(a, b)').message).toBe('A long text cannot be run faithfully on the local engine: it would fill the memory. It may run on Spark itself, which cannot be attached yet.');
  });

  it('point at the guilty expression', () => {
    expect(mapRuntimeError(new Error('Invalid Input Error: [DIVIDE_BY_ZERO#7-12] x'), 'SELECT a / 0').span).toEqual({ start: 7, end: 12, line: 1, column: 7 });
  });

  it('tell a narrow decimal that may be computed wide', () => {
    expect(isNarrowDecimalOverflow(new Error('Out of Range Error: Overflow in multiplication of DECIMAL(18) (1 * 2). You might …'))).toBe(true);
    expect(isNarrowDecimalOverflow(new Error('Out of Range Error: Overflow in multiplication of INT128 (1 * 2)!'))).toBe(false);
  });
});
