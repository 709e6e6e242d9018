import { LakebookError } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import { arrayOf, BIGINT, BINARY, BOOLEAN, type DataType, DATE, decimal, DOUBLE, FLOAT, INT, type IntervalField, mapOf, SMALLINT, STRING, type StructField, structOf, TIMESTAMP, TIMESTAMP_NTZ, TINYINT, VARIANT, VOID } from '../types/dataType.ts';
import type { Token } from '../tokens.ts';
import { TokenCursor } from './cursor.ts';

const SIMPLE: Readonly<Record<string, DataType>> = {
  BOOLEAN, TINYINT, BYTE: TINYINT, SMALLINT, SHORT: SMALLINT, INT, INTEGER: INT, BIGINT, LONG: BIGINT, FLOAT, REAL: FLOAT, DOUBLE, STRING, BINARY, DATE,
  TIMESTAMP, TIMESTAMP_LTZ: TIMESTAMP, TIMESTAMP_NTZ, VARIANT, VOID,
};
const FIELDS: readonly IntervalField[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** Data types, in casts and in schema texts. */
export class TypeParser extends TokenCursor {
  #inSchema = false;

  dataType(): DataType {
    return this.nested(() => this.#dataType());
  }

  #dataType(): DataType {
    const token = this.token;
    if (token.kind !== 'word') {
      this.at('data type');
      this.fail();
    }
    const { key } = this.take();
    const simple = SIMPLE[key];
    if (simple !== undefined) {
      if (key === 'STRING' && this.accept('COLLATE')) this.name();
      return simple;
    }
    switch (key) {
      case 'DECIMAL':
      case 'DEC':
      case 'NUMERIC':
        return this.#decimal();
      case 'CHAR':
      case 'CHARACTER':
      case 'VARCHAR':
        this.parenthesised(() => this.integerLiteral());
        return STRING;
      case 'INTERVAL':
        return this.#interval(token);
      case 'ARRAY': {
        this.expect('<');
        const element = this.dataType();
        this.closeAngle();
        return arrayOf(element);
      }
      case 'MAP': {
        this.expect('<');
        const mapKey = this.dataType();
        this.expect(',');
        const value = this.dataType();
        this.closeAngle();
        return mapOf(mapKey, value);
      }
      case 'STRUCT':
        return this.#struct();
      default:
        return this.#unknown(token);
    }
  }

  /** `INTT`, `FOO(1, 2)`: written as a type is. In a schema's text such a word may be a column's name. */
  #unknown(word: Token): never {
    if (this.#inSchema || this.at('.')) this.fail('', word);
    if (this.accept('(')) {
      this.list(() => this.integerLiteral());
      this.expect(')');
    }
    const place = this.since(word.start);
    throw new LakebookError('UNSUPPORTED_DATATYPE', { typeName: this.text.slice(place.start, place.end).replace(/\s+/g, '').toUpperCase() }, { span: spanOf(this.text, place) });
  }

  #decimal(): DataType {
    if (!this.accept('(')) return decimal(10, 0);
    const { start } = this.token;
    const precision = this.integerLiteral();
    const scale = this.accept(',') ? this.integerLiteral() : 0;
    this.expect(')');
    if (precision > 38) throw new LakebookError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision }, { span: spanOf(this.text, this.since(start)) });
    if (scale > precision) this.fail(`: the scale ${scale} is greater than the precision ${precision}`);
    return decimal(precision, scale);
  }

  #interval(word: Token): DataType {
    const bare = this.token.kind !== 'word' && this.token.kind !== 'quoted';
    if (bare) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'The type INTERVAL', reason: 'it holds months and days together; INTERVAL YEAR TO MONTH and INTERVAL DAY TO SECOND are known here' }, { span: spanOf(this.text, word) });
    const from = this.#intervalField();
    const to = this.accept('TO') ? this.#intervalField() : from;
    return { kind: 'interval', from, to };
  }

  #intervalField(): IntervalField {
    const found = this.acceptAny(...FIELDS);
    return found ?? this.fail();
  }

  #struct(): DataType {
    // `<>` is one token: the struct without fields.
    if (this.accept('<>')) return structOf([]);
    this.expect('<');
    const fields = this.at('>') ? [] : this.list(() => this.columnDefinition());
    this.closeAngle();
    return structOf(fields);
  }

  /** `a: INT NOT NULL COMMENT 'c'`; the colon may be missing. */
  columnDefinition(): StructField {
    const name = this.name(true).text;
    this.accept(':');
    const type = this.dataType();
    const nullable = !this.accept('NOT', 'NULL');
    return this.accept('COMMENT') ? { name, type, nullable, comment: this.stringLiteral() } : { name, type, nullable };
  }

  /** A whole schema text: `a INT, b STRING`, or one data type. */
  schemaText(): DataType {
    this.#inSchema = true;
    const single = this.attempt(() => {
      const type = this.dataType();
      if (!this.atEnd) this.fail();
      return type;
    });
    if (single !== undefined) return single;
    const fields = this.list(() => this.columnDefinition());
    if (!this.atEnd) this.fail(`: extra input '${this.token.text}'`);
    return structOf(fields);
  }
}
