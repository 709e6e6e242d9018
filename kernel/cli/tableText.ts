/** Rows that are seen before the widths are fixed. */
const MEASURED_ROWS = 1_000;
const CELL_WIDTH_MAX = 200;

export interface TableColumn {
  readonly name: string;
  /** Spark's `simpleString`. */
  readonly type: string;
}

/** A cell's text; null is NULL. */
export type Cell = string | null;

/** Turns rows of texts into an aligned table with a row count, piece by piece. */
export class TableText {
  readonly #columns: readonly TableColumn[];
  readonly #waiting: (readonly string[])[] = [];
  #widths: readonly number[] | undefined;
  #rows = 0;
  /** The first row's value as it is, where it is the only column and no cell can show it. */
  #long: string | undefined;

  constructor(columns: readonly TableColumn[]) {
    this.#columns = columns;
  }

  /** The text that can be printed now. */
  push(rows: readonly (readonly Cell[])[]): string {
    if (this.#rows === 0 && this.#columns.length === 1) this.#long = longText(rows[0]?.[0]);
    this.#rows += rows.length;
    for (const row of rows) this.#waiting.push(this.#columns.map((_, index) => formatCell(row[index] ?? null)));
    return this.#widths === undefined && this.#waiting.length < MEASURED_ROWS ? '' : this.#flush();
  }

  /** The rest, and how many rows there were; a single value that no cell can show, as of SHOW CREATE TABLE, whole and alone. @param total of which the rows given are the first */
  finish(total = this.#rows): string {
    if (this.#long !== undefined && this.#rows === 1 && total === 1) return this.#long;
    const count = `${total} ${total === 1 ? 'row' : 'rows'}`;
    return `${this.#flush()}(${total === this.#rows ? count : `the first ${this.#rows} of ${count}`})\n`;
  }

  #flush(): string {
    const lines: string[] = [];
    if (this.#widths === undefined) {
      const titles = this.#columns.map(({ name }) => formatCell(name));
      this.#widths = titles.map((title, index) => Math.max(displayWidth(title), ...this.#waiting.map((row) => displayWidth(row[index]!))));
      lines.push(this.#line(titles), this.#widths.map((width) => '-'.repeat(width + 2)).join('+'));
    }
    lines.push(...this.#waiting.splice(0).map((row) => this.#line(row)));
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }

  #line(cells: readonly string[]): string {
    return cells.map((cell, index) => ` ${pad(cell, this.#widths![index]!, NUMERIC.test(this.#columns[index]!.type))} `).join('|').trimEnd();
  }
}

const NUMERIC = /^(tinyint|smallint|int|bigint|float|double|decimal)/;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

/** A text of several lines or beyond a cell's width, printable. */
function longText(value: Cell | undefined): string | undefined {
  if (value === undefined || value === null || (value.length <= CELL_WIDTH_MAX && !value.includes('\n'))) return undefined;
  return `${value.replace(/\n$/, '').split('\n').map(printableText).join('\n')}\n`;
}

/** One line of printable text: what would move the cursor is spelled out. */
function formatCell(value: Cell): string {
  if (value === null) return 'NULL';
  const printable = printableText(value);
  return printable.length > CELL_WIDTH_MAX ? `${printable.slice(0, CELL_WIDTH_MAX - 1)}…` : printable;
}

function printableText(value: string): string {
  // eslint-disable-next-line no-control-regex
  return value.replace(/[\u0000-\u001f\u007f]/g, (sign) => ESCAPES[sign] ?? `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function pad(cell: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return right ? blanks + cell : cell + blanks;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/gu;
const COMBINING = /\p{M}/gu;

/** Columns of a terminal: CJK and emoji take two, combining marks none. */
function displayWidth(text: string): number {
  // eslint-disable-next-line no-control-regex
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  return Array.from(text).length + (text.match(WIDE)?.length ?? 0) - (text.match(COMBINING)?.length ?? 0);
}
