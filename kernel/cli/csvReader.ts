import type { Cell } from './tableText.ts';

/** Reads RFC 4180 text that comes in pieces. A field that is empty and not quoted is NULL. */
export class CsvReader {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The records that are whole with this piece. */
  push(bytes: Uint8Array): readonly (readonly Cell[])[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const records: Cell[][] = [];
    let at = 0;
    for (let end = findRecordEnd(this.#rest, at); end >= 0; end = findRecordEnd(this.#rest, at)) {
      records.push(parseRecord(this.#rest.slice(at, end)));
      at = end + 1;
    }
    this.#rest = this.#rest.slice(at);
    return records;
  }
}

/** The offset of the line feed that ends the record beginning at `from`; -1 where it is not there yet. */
function findRecordEnd(text: string, from: number): number {
  for (let end = text.indexOf('\n', from), quotes = 0, counted = from; end >= 0; end = text.indexOf('\n', end + 1)) {
    for (; counted < end; counted++) if (text.charCodeAt(counted) === 34) quotes++;
    if (quotes % 2 === 0) return end;
  }
  return -1;
}

function parseRecord(text: string): Cell[] {
  const fields: Cell[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, quoted, plain] = match;
    fields.push(quoted === undefined ? (plain === '' ? null : plain!) : quoted.replaceAll('""', '"'));
    if (match[3] === '') break;
  }
  return fields;
}
