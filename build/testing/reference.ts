import fs from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * Tests over reference data that lies beside the project. Where the data is missing, one test stands for them all: it
 * tells the runner what was left out, which prints it before its last line.
 */
export function describeReference(folder: string, name: string, tests: () => void): void {
  if (fs.existsSync(folder)) {
    describe(name, tests);
    return;
  }
  it(`${name}: left out, as its data is not here`, () => {
    const report = process.env['LAKEBOOK_LEFT_OUT'];
    if (report !== undefined) fs.appendFileSync(report, `${name}: ${folder} is missing\n`);
    expect(fs.existsSync(folder)).toBe(false);
  });
}
