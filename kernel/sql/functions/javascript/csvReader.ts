/** How a line of CSV is read, resolved from Spark's options. */
export interface CsvReading {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
  readonly comment: string | undefined;
  readonly nullValue: string;
  readonly emptyValue: string;
  readonly nanValue: string;
  readonly positiveInf: string;
  readonly negativeInf: string;
  readonly trimsLeft: boolean;
  readonly trimsRight: boolean;
  readonly failFast: boolean;
  readonly corruptColumn: string;
}

/** A line that Java's reader takes in a way that is not followed here. */
export class UnreadCsv extends Error {}

export function csvReading(options: ReadonlyMap<string, string>): CsvReading {
  const text = (name: string, missing: string): string => options.get(name) ?? missing;
  return {
    separator: text('sep', text('delimiter', ',')), quote: text('quote', '"'), escape: text('escape', '\\'), comment: options.get('comment'),
    nullValue: text('nullvalue', ''), emptyValue: text('emptyvalue', ''), nanValue: text('nanvalue', 'NaN'), positiveInf: text('positiveinf', 'Inf'), negativeInf: text('negativeinf', '-Inf'),
    trimsLeft: text('ignoreleadingwhitespace', 'false').toLowerCase() === 'true', trimsRight: text('ignoretrailingwhitespace', 'false').toLowerCase() === 'true',
    failFast: text('mode', '').toUpperCase() === 'FAILFAST', corruptColumn: text('columnnameofcorruptrecord', '_corrupt_record'),
  };
}

interface Field {
  readonly value: string | null;
  readonly end: number;
}

function isBlank(letter: string | undefined): boolean {
  return letter !== undefined && letter <= ' ';
}

function nextSeparator(line: string, from: number, { separator }: CsvReading): number {
  const place = line.indexOf(separator, from);
  return place < 0 ? line.length : place;
}

function plainField(line: string, from: number, reading: CsvReading): Field {
  const end = nextSeparator(line, from, reading);
  let last = end;
  while (reading.trimsRight && last > from && isBlank(line[last - 1])) last--;
  return { value: last === from ? null : line.slice(from, last), end };
}

/** A quoted field; one with a quote inside that nothing escapes is taken as it stands, quotes and all. */
function quotedField(line: string, from: number, reading: CsvReading): Field {
  const { quote, escape, separator } = reading;
  let value = '';
  let escaped = false;
  for (let at = from + 1; at < line.length; at++) {
    const [letter, next] = [line[at]!, line[at + 1]];
    if (letter === escape && (next === quote || (next === escape && escape !== quote))) {
      value += next;
      escaped = true;
      at++;
    } else if (letter === quote) {
      let after = at + 1;
      while (!line.startsWith(separator, after) && isBlank(line[after])) after++;
      if (after >= line.length || line.startsWith(separator, after)) return { value: value === '' ? reading.emptyValue : value, end: Math.min(after, line.length) };
      if (escaped) throw new UnreadCsv('a field with quotes of both kinds');
      const end = nextSeparator(line, at, reading);
      return { value: line.slice(from, end), end };
    } else value += letter;
  }
  return { value: value === '' ? quote : value, end: line.length };
}

/** The fields of a line, null where nothing stands; undefined where the line is no record. */
export function csvFields(line: string, reading: CsvReading): readonly (string | null)[] | undefined {
  if (line === '' || (reading.comment !== undefined && line.startsWith(reading.comment))) return undefined;
  const fields: (string | null)[] = [];
  let at = 0;
  for (;;) {
    while (reading.trimsLeft && !line.startsWith(reading.separator, at) && isBlank(line[at])) at++;
    const field = line[at] === reading.quote ? quotedField(line, at, reading) : plainField(line, at, reading);
    fields.push(field.value);
    if (field.end >= line.length) return fields;
    at = field.end + reading.separator.length;
    if (at >= line.length) return [...fields, null];
  }
}
