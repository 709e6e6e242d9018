import { describe, expect, it } from 'vitest';
import { redactionOf, redactSource } from './redaction.ts';

describe('what a receipt keeps to itself', () => {
  it.each([
    { name: 'names that Spark redacts', parameters: { api_token: 'hush', Password: 'hush', awsAccessKey: 'hush', 'fs.access.key': 'hush', region: 'north' }, shown: { api_token: '*********(redacted)', Password: '*********(redacted)', awsAccessKey: '*********(redacted)', 'fs.access.key': '*********(redacted)', region: 'north' } },
    { name: 'a secret within another value', parameters: { token: 'abc123', url: 'https://x?abc123' }, shown: { token: '*********(redacted)', url: 'https://x?*********(redacted)' } },
    { name: 'nothing else', parameters: { key: 'k', tok: 't' }, shown: { key: 'k', tok: 't' } },
  ])('$name', ({ parameters, shown }) => {
    expect(redactionOf(parameters).parameters).toEqual(shown);
  });

  it('takes values out of every text, however they are quoted there', () => {
    const { apply, isNeeded } = redactionOf({ token: "o'hush", region: 'north' });
    expect(isNeeded).toBe(true);
    expect(apply({ a: "x = 'o''hush'", b: ["The value 'o\\'hush'", 1], c: 'north' })).toEqual({ a: "x = '*********(redacted)'", b: ["The value '*********(redacted)'", 1], c: 'north' });
  });

  it('leaves texts alone where a value is too short to be found', () => {
    const { apply, isNeeded, parameters } = redactionOf({ token: 'a' });
    expect([apply('a banana'), isNeeded, parameters]).toEqual(['a banana', false, { token: '*********(redacted)' }]);
  });

  it('looks through a long text at once', () => {
    const source = `SELECT '${'token'.repeat(200_000)}'`;
    const startedAtMs = performance.now();
    expect(redactSource(source)).toBe(source);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });

  it.each([
    ["CREATE TEMPORARY VIEW v USING csv OPTIONS (path 'x.csv', password 'hu sh')", "CREATE TEMPORARY VIEW v USING csv OPTIONS (path 'x.csv', password '** **')"],
    ["SELECT * FROM read_files('x', 'api.token' => \"it\\\"s\")", "SELECT * FROM read_files('x', 'api.token' => \"*****\")"],
    ['SET fs.s3a.secret.key = abc', 'SET fs.s3a.secret.key = ***'],
    ["SELECT * FROM t WHERE password='it''s'", "SELECT * FROM t WHERE password='*****'"],
    ["SELECT token, 'a' FROM t WHERE name = 'b'", "SELECT token, 'a' FROM t WHERE name = 'b'"],
    ['SET spark.sql.ansi.enabled = true', 'SET spark.sql.ansi.enabled = true'],
    ['SELECT password FROM t', 'SELECT password FROM t'],
  ])('%s', (source, shown) => {
    expect(redactSource(source)).toBe(shown);
    expect(shown).toHaveLength(source.length);
  });
});
