import { expect, it } from 'vitest';
import { readSources } from './sources.ts';

const RULE = /\b(?:LOG|CKPT|PROTO|FEAT|ACT|DV|CM|TW|CDF|STATS|PART|SCHEMA|TT|RT|ICT|CRC|CLEAN|COMPACT|SCAN|DATA|TXN|WRITE|ALTER)-\d+\b/g;

/** A rule of SPEC.md is a table row or heading that begins with its id. */
function readRules(text: string): readonly string[] {
  return [...new Set(text.split('\n').filter((line) => /^(\||#|-|\*)/.test(line)).flatMap((line) => line.match(RULE)?.slice(0, 1) ?? []))];
}

it('every rule of a SPEC.md has a test that carries its id, and every id in a test stands in a SPEC.md', () => {
  const specs = readSources(['SPEC.md']);
  const rules = new Set(specs.flatMap(({ text }) => readRules(text)));
  const tested = new Set(readSources(['.test.ts', '.test.tsx']).filter(({ path }) => path.startsWith('kernel/')).flatMap(({ text }) => text.match(RULE) ?? []));
  expect(rules.size).toBeGreaterThan(0);
  expect({ untested: [...rules].filter((rule) => !tested.has(rule)), unknown: [...tested].filter((id) => !rules.has(id)) }).toEqual({ untested: [], unknown: [] });
});
