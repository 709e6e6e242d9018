import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CLASSES } from '../../kernel/base/errorClasses.ts';
import { readSources } from './sources.ts';

const TABLES = /^kernel\/base\/errors(App|Delta|Spark|Query|Classes)\.ts$/;
const codes = Object.keys(ERROR_CLASSES);
const sources = readSources(['.ts', '.tsx']).filter(({ path }) => !TABLES.test(path));
/** Statements that Spark answers with an error, run by kernel/sql/corpus.test.ts. */
const CORPUS = path.resolve(import.meta.dirname, '../../kernel/sql/corpus');
const corpus = readdirSync(CORPUS).map((file) => readFileSync(path.join(CORPUS, file), 'utf8')).join('\n');
const tests = sources.filter(({ path }) => /\.(test|spec)\.tsx?$/.test(path)).map(({ text }) => text).join('\n') + corpus;
const product = sources.filter(({ path }) => !/\.(test|spec)\.tsx?$/.test(path)).map(({ text }) => text).join('\n');

describe('the error table', () => {
  it('names its classes in capitals', () => {
    expect(codes.filter((code) => !/^[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*)?$/.test(code))).toEqual([]);
  });

  it('has no class that nothing raises', () => {
    expect(codes.filter((code) => !product.includes(code))).toEqual([]);
  });

  it('has no class without a test that provokes it', () => {
    expect(codes.filter((code) => !tests.includes(code))).toEqual([]);
  });
});
