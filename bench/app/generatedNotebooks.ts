type Random = () => number;

/**
 * One `.ipynb` as some program may have written it: any minor version, indent, line end, escape habit, key order, with
 * outputs, attachments, unknown metadata and awkward numbers. The same sequence of `random` gives the same text.
 */
export function generateNotebook(random: Random, minor: number): string {
  const cells = Array.from({ length: Math.floor(random() * 8) }, (_, index) => cellOf(random, minor, index));
  const notebook = shuffleKeys(random, {
    cells,
    metadata: shuffleKeys(random, { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' }, language_info: { name: pick(random, ['python', 'sql', 'scala']) }, 'own.key': awkward(random) }),
    nbformat: 4,
    nbformat_minor: minor,
  });
  let text = JSON.stringify(notebook, undefined, pick(random, [1, 1, 2, 4, '\t', 0]));
  if (random() < 0.3) text = escapeNonAscii(text);
  text = text.replaceAll('"@float"', pick(random, ['1.0', '1e5', '0.10', '1E+2', '-0.0'])).replaceAll('"@big"', '12345678901234567890123');
  if (random() < 0.15) text = text.replaceAll('\n', '\r\n');
  return text + pick(random, ['\n', '\n', '', '\n\n']);
}

function cellOf(random: Random, minor: number, index: number): object {
  const id = minor >= 5 ? { id: `c${index}-${Math.floor(random() * 1e6)}` } : {};
  const metadata = random() < 0.3 ? { collapsed: true, tags: ['ä', awkward(random)] } : {};
  const source = sourceOf(random);
  const kind = random();
  if (kind < 0.3) return shuffleKeys(random, { cell_type: 'markdown', ...id, metadata, source, ...(random() < 0.3 ? { attachments: { 'a.png': { 'image/png': 'iVBORw0KGgo=\n' } } } : {}) });
  if (kind < 0.4) return shuffleKeys(random, { cell_type: 'raw', ...id, metadata, source });
  return shuffleKeys(random, { cell_type: 'code', execution_count: random() < 0.5 ? null : index, ...id, metadata, outputs: outputsOf(random), source });
}

function outputsOf(random: Random): object[] {
  const all = [
    { name: 'stdout', output_type: 'stream', text: pick(random, [['one\n', 'two'], 'one\ntwo\n', []]) },
    { data: { 'text/plain': ['<b>'], 'application/json': { a: '@float', b: '@big' }, 'text/html': '<script>1</script>\u2028' }, metadata: { isolated: true }, output_type: 'display_data' },
    { data: { 'text/plain': '42' }, execution_count: 3, metadata: {}, output_type: 'execute_result' },
    { ename: 'E', evalue: '\u001b[31mred', output_type: 'error', traceback: ['\u001b[0;31m---', ''] },
  ];
  return all.filter(() => random() < 0.3);
}

function sourceOf(random: Random): string | string[] {
  const lines = ['%%sql\n', 'SELECT 1 -- ä 漢 😀\n', '\tprint("\\\\ / \u007f")\n', '\n', 'last'].filter(() => random() < 0.6);
  const text = pick(random, [lines.join(''), `${lines.join('')}\r\nx`]);
  return random() < 0.7 ? (text.match(/[^\n]*\n|[^\n]+/g) ?? []) : text;
}

function awkward(random: Random): unknown {
  return pick<unknown>(random, ['@float', '@big', null, '', [], {}, [[]], { '': { '/': '</script>' } }]);
}

function shuffleKeys<Value extends object>(random: Random, value: Value): Value {
  if (random() < 0.5) return value;
  return Object.fromEntries(Object.entries(value).map((entry) => [random(), entry] as const).toSorted(([left], [right]) => left - right).map(([, entry]) => entry)) as Value;
}

function escapeNonAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}
