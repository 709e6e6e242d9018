import {
  arrayOf, BIGINT, BINARY, BOOLEAN, DATE, decimal, DOUBLE, field, FLOAT, INT, mapOf, SMALLINT, STRING, structOf, TIMESTAMP, TIMESTAMP_NTZ, TINYINT, VARIANT, VOID, type DataType,
} from '../sql/types/dataType.ts';
import { shownDuckDbType } from '../sql/types/duckdbType.ts';

const SIMPLE_TYPES: Readonly<Record<string, DataType>> = {
  BOOLEAN, TINYINT, SMALLINT, INTEGER: INT, BIGINT, FLOAT, DOUBLE, DATE,
  VARCHAR: STRING,
  BLOB: BINARY,
  'TIMESTAMP WITH TIME ZONE': TIMESTAMP,
  TIMESTAMP: TIMESTAMP_NTZ,
  TIMESTAMP_S: TIMESTAMP_NTZ,
  TIMESTAMP_MS: TIMESTAMP_NTZ,
  TIMESTAMP_NS: TIMESTAMP_NTZ, // nanoseconds are cut: Spark has none
  UTINYINT: SMALLINT,
  USMALLINT: INT,
  UINTEGER: BIGINT,
  UBIGINT: decimal(20, 0),
  HUGEINT: decimal(38, 0),
  JSON: VARIANT,
  VARIANT,
  '"NULL"': VOID,
  NULL: VOID,
};

/**
 * The Spark type that holds the values of a DuckDB type, given as DuckDB prints it. What Spark has no type for (TIME,
 * UUID, ENUM, UNION, INTERVAL, BIT, …) is a STRING of DuckDB's own text.
 */
export function fromDuckDbType(text: string): DataType {
  return new TypeReader(text).read();
}

/** A column of a relation as an expression of exactly the DuckDB type in which people see `spark`. */
export function castColumn(column: string, duckdbType: string, spark: DataType): string {
  const wanted = shownDuckDbType(spark);
  return wanted === duckdbType ? column : `CAST(${column} AS ${wanted})`;
}

/** Reads types as `DESCRIBE` prints them: `STRUCT(a INTEGER, "b c" VARCHAR[])`, `MAP(VARCHAR, INTEGER)`, `INTEGER[3]`. */
class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): DataType {
    let type = this.#element();
    for (let suffix = this.#take(/\[\d*\]/y); suffix !== undefined; suffix = this.#take(/\[\d*\]/y)) type = arrayOf(type);
    return type;
  }

  #element(): DataType {
    const name = this.#take(/"NULL"|TIMESTAMP WITH TIME ZONE|TIME WITH TIME ZONE|\w+/y) ?? '';
    if (name === 'STRUCT') return this.#struct();
    if (name === 'MAP') return this.#map();
    if (name === 'DECIMAL') return this.#decimal();
    this.#skipParentheses();
    return SIMPLE_TYPES[name] ?? STRING;
  }

  #struct(): DataType {
    const fields = [];
    this.#take(/\(/y);
    do {
      const name = this.#take(/"(?:[^"]|"")*"|[^\s(),]+/y) ?? '';
      this.#take(/ /y);
      fields.push(field(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name, this.read()));
    } while (this.#take(/, /y) !== undefined);
    this.#take(/\)/y);
    return structOf(fields);
  }

  #map(): DataType {
    this.#take(/\(/y);
    const key = this.read();
    this.#take(/, /y);
    const value = this.read();
    this.#take(/\)/y);
    return mapOf(key, value);
  }

  #decimal(): DataType {
    const [, precision = '18', scale = '3'] = /\((\d+),(\d+)\)/.exec(this.#take(/\(\d+,\d+\)/y) ?? '') ?? [];
    return decimal(Number(precision), Number(scale));
  }

  /** The members of an ENUM or UNION. */
  #skipParentheses(): void {
    if (this.#take(/\(/y) === undefined) return;
    for (let depth = 1; depth > 0 && this.#at < this.#text.length; ) {
      const token = this.#take(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"()]+|[()]/y);
      if (token === '(') depth++;
      else if (token === ')') depth--;
      else if (token === undefined) return;
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }
}

/** The columns of a relation, as `DESCRIBE` gives them. */
export interface DuckDbColumn {
  readonly name: string;
  readonly type: string;
}

