import { describe, expect, it } from 'vitest';
import { applyCarriageReturns, parseAnsi } from './ansi.ts';

const ESC = '\u001b';

describe('terminal text', () => {
  it.each([
    { name: 'plain text', text: 'a\nb', spans: [{ text: 'a\nb' }] },
    { name: 'colour and reset', text: `${ESC}[31mred${ESC}[0m plain`, spans: [{ text: 'red', color: 1 }, { text: ' plain' }] },
    { name: 'bright and bold', text: `${ESC}[1;92mok${ESC}[22m!`, spans: [{ text: 'ok', color: 10, bold: true }, { text: '!', color: 10 }] },
    { name: '256 colours are not taken for others', text: `${ESC}[38;5;31mx`, spans: [{ text: 'x' }] },
    { name: 'links and cursor moves vanish', text: `${ESC}]8;;http://x${ESC}\\t${ESC}[2Kx`, spans: [{ text: 't' }, { text: 'x' }] },
  ])('$name', ({ text, spans }) => {
    expect(parseAnsi(text)).toEqual(spans);
  });

  it('shows the last state of an overwritten line', () => {
    expect(applyCarriageReturns('10%\r50%\r100%\ndone\r\nend\r')).toBe('100%\ndone\nend');
  });
});
