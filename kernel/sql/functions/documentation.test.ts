import { describe, expect, it } from 'vitest';
import { documentedNames, documentFunction } from './documentation.ts';
import { functionNames } from './registry.ts';

/** Operators and words of the grammar that stand in the registry under a name. */
const NO_CALLS = /^\W+$|^(and|or|not|in|between|case|div)$/;

describe('documentation of functions', () => {
  it('describes every function that the engine knows', () => {
    expect(functionNames().filter((name) => !NO_CALLS.test(name) && documentFunction(name) === undefined)).toEqual([]);
  });

  it('describes no function twice', () => {
    const names = documentedNames();
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each([
    { name: 'LPAD', signatures: ['lpad(value, length[, pad])'] },
    { name: 'range', signatures: ['range(end)', 'range(start, end[, step[, partitions]])'] },
    { name: 'no_such_function', signatures: undefined },
  ])('gives the overloads of $name', ({ name, signatures }) => {
    expect(documentFunction(name)?.signatures).toEqual(signatures);
  });
});
