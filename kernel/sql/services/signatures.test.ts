import { describe, expect, it } from 'vitest';
import { signatureAt } from './signatures.ts';
import { marked } from './testTables.ts';

describe('signature help', () => {
  it.each([
    { text: 'SELECT lpad(|', shown: 'lpad(<value>, length[, pad])' },
    { text: 'SELECT lpad(name, |3) FROM t', shown: 'lpad(value, <length>[, pad])' },
    { text: 'SELECT lpad(name, 3, |', shown: 'lpad(value, length[, <pad>])' },
    { text: 'SELECT lpad(upper(name), length(|', shown: 'length(<value>)' },
    { text: 'SELECT lpad(upper(name), (1 + |', shown: 'lpad(value, <length>[, pad])' },
    { text: "SELECT concat('a, b', (1), [1, 2], x, |", shown: 'concat(value[, <…>])' },
    { text: 'SELECT * FROM range(1, |', shown: 'range(start, <end>[, step[, partitions]])' },
    { text: 'SELECT * FROM range(|', shown: 'range(<end>)' },
    { text: 'SELECT lpad(name, 3)|', shown: undefined },
    { text: 'SELECT (1, |', shown: undefined },
    { text: 'SELECT lpad(name; SELECT |', shown: undefined },
    { text: 'SELECT count(|)', shown: 'count(<*>)' },
  ])('$text', ({ text: withBar, shown }) => {
    const { text, offset } = marked(withBar);
    const help = signatureAt(text, offset);
    const signature = help?.signatures[help.active];
    const parameter = signature?.parameters[help?.activeParameter ?? 0];
    expect(signature && (parameter === undefined ? signature.label : `${signature.label.slice(0, parameter.start)}<${signature.label.slice(parameter.start, parameter.end)}>${signature.label.slice(parameter.end)}`)).toBe(shown);
  });
});
