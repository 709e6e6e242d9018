import { seededRandom } from '../seededRandom.ts';

/** A source of chance that gives the same again for the same seed. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }

  once(inHowMany: number): boolean {
    return this.below(inHowMany) === 0;
  }
}

/** What {@link randomStatement} may name. */
export interface RandomNames {
  readonly functions: readonly string[];
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

const LITERALS = [
  'NULL', 'TRUE', 'FALSE', '0', '1', '-1', '2147483647', '-2147483648', '9223372036854775807', '99999999999999999999', '1.5', '-0.0', '1e300', '1e-300', '0.1BD', '3Y', '7S', '5L', '2.5F', "'a'", "''", "'ß€😀'",
  "'2024-02-29'", "'not a date'", "DATE '2024-02-29'", "TIMESTAMP '2024-03-31 02:30:00'", "TIMESTAMP_NTZ '2024-01-01 00:00:00'", "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '3 04:05:06.7' DAY TO SECOND", "X'00ff'", 'array(1, 2, NULL)',
  "map('k', 1)", "named_struct('x', 1, 'y', 'b')", "'{\"a\": [1, {\"b\": null}]}'", "parse_json('[1, 2]')", 'double(\'NaN\')', "float('Infinity')", 'array()', 'map()', "'(a+)+$'", "'%d %s'", "'yyyy-MM-dd'",
] as const;
const TYPES = ['INT', 'BIGINT', 'TINYINT', 'DOUBLE', 'FLOAT', 'DECIMAL(10,2)', 'DECIMAL(38,18)', 'STRING', 'BINARY', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'ARRAY<INT>', 'MAP<STRING, INT>', 'STRUCT<a: INT, b: ARRAY<STRING>>', 'INTERVAL DAY TO SECOND', 'INTERVAL YEAR', 'VARIANT', 'VOID'] as const;
const OPERATORS = ['+', '-', '*', '/', '%', 'DIV', '||', '=', '<>', '<', '>=', '<=>', 'AND', 'OR', '&', '|', '^', '<<', 'LIKE', 'RLIKE', 'IS DISTINCT FROM', 'BETWEEN 0 AND', 'NOT LIKE', '::INT +'] as const;
const JOINS = ['JOIN', 'LEFT JOIN', 'RIGHT OUTER JOIN', 'FULL JOIN', 'CROSS JOIN', 'LEFT SEMI JOIN', 'LEFT ANTI JOIN', 'NATURAL JOIN', ','] as const;

/** A statement that follows the grammar; whether it means anything is another question. */
export function randomStatement(chance: Chance, names: RandomNames): string {
  return new Writer(chance, names).statement();
}

class Writer {
  readonly #chance: Chance;
  readonly #names: RandomNames;
  #depth = 0;

  constructor(chance: Chance, names: RandomNames) {
    this.#chance = chance;
    this.#names = names;
  }

  statement(): string {
    switch (this.#chance.below(12)) {
      case 0:
        return `WITH c AS (${this.#query()}) ${this.#query()}`;
      case 1:
        return `${this.#query()} ${this.#chance.pick(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT ALL', 'UNION BY NAME', 'MINUS'])} ${this.#query()}`;
      case 2:
        return `FROM ${this.#table().name} |> ${this.#chance.pick(['WHERE', 'EXTEND', 'SELECT', 'SET id =', 'DROP id, s |> SELECT', 'AGGREGATE', 'ORDER BY', 'LIMIT'])} ${this.#expression()}`;
      case 3:
        return `VALUES (${this.#expression()}, 1), (${this.#expression()}, ${this.#expression()})`;
      default:
        return this.#query();
    }
  }

  #table(): RandomNames['tables'][number] {
    return this.#chance.pick(this.#names.tables);
  }

  #query(): string {
    this.#depth++;
    const chance = this.#chance;
    const parts = [`SELECT ${chance.pick(['', '', 'DISTINCT '])}${this.#items()}`];
    if (!chance.once(10)) parts.push(`FROM ${this.#relations()}`);
    if (chance.once(3)) parts.push(`WHERE ${this.#expression()}`);
    if (chance.once(4)) parts.push(`GROUP BY ${chance.pick(['ALL', 'id', '1', 'ROLLUP (id, s)', 'GROUPING SETS ((id), ())', this.#expression()])}`);
    if (chance.once(8)) parts.push(`HAVING ${this.#expression()}`);
    if (chance.once(8)) parts.push(`QUALIFY row_number() OVER (ORDER BY ${this.#expression()}) = 1`);
    if (chance.once(4)) parts.push(`ORDER BY ${chance.pick(['ALL', '1', this.#expression()])} ${chance.pick(['', 'DESC', 'NULLS LAST'])}`);
    if (chance.once(4)) parts.push(`LIMIT ${chance.pick(['0', '1', '10', 'ALL', '-1', this.#expression()])}`);
    this.#depth--;
    return parts.join(' ');
  }

  #relations(): string {
    const chance = this.#chance;
    const one = (): string => {
      if (this.#depth < 3 && chance.once(6)) return `(${this.#query()}) q${chance.below(3)}`;
      if (chance.once(8)) return `${chance.pick(['range', 'explode', 'stack', 'inline', 'posexplode_outer', 'json_tuple'])}(${this.#expressions()})`;
      const { name } = this.#table();
      return `${name}${chance.pick(['', ' a', ' b', ' TABLESAMPLE (10 PERCENT)', ' VERSION AS OF 0', ` LATERAL VIEW explode(${this.#expression()}) e AS x`, ' PIVOT (sum(id) FOR s IN (\'a\', \'b\'))', ' UNPIVOT (v FOR n IN (id, n))'])}`;
    };
    let text = one();
    while (chance.once(3)) text += ` ${chance.pick(JOINS)} ${one()}${chance.once(2) ? ` ON ${this.#expression()}` : ''}`;
    return text;
  }

  #items(): string {
    return Array.from({ length: 1 + this.#chance.below(3) }, () => this.#chance.pick(['', '', '', '', '', '', '*', 't.*', '* EXCEPT (id)', 'count(*)', ':p', '?']) || `${this.#expression()}${this.#chance.pick(['', ' AS x', ' y'])}`).join(', ');
  }

  #expressions(): string {
    return Array.from({ length: this.#chance.once(12) ? 0 : 1 + this.#chance.below(3) }, () => this.#expression()).join(', ');
  }

  #expression(): string {
    const chance = this.#chance;
    if (this.#depth > 5) return this.#leaf();
    this.#depth++;
    const text = this.#compound();
    this.#depth--;
    return chance.once(6) ? text : `(${text})`;
  }

  #leaf(): string {
    return this.#chance.once(2) ? this.#chance.pick(LITERALS) : this.#chance.pick(this.#table().columns);
  }

  #compound(): string {
    const chance = this.#chance;
    switch (chance.below(15)) {
      case 0:
      case 1:
      case 2:
        return `${chance.pick(this.#names.functions)}(${this.#expressions()})`;
      case 3:
      case 4:
        return `${this.#expression()} ${chance.pick(OPERATORS)} ${this.#expression()}`;
      case 5:
        return `${chance.pick(['CAST', 'TRY_CAST'])}(${this.#expression()} AS ${chance.pick(TYPES)})`;
      case 6:
        return `CASE WHEN ${this.#expression()} THEN ${this.#expression()} ELSE ${this.#expression()} END`;
      case 7:
        return `${chance.pick(['- ', '+ ', 'NOT ', '~ ', '! '])}${this.#expression()}`;
      case 8:
        return `${this.#expression()}${chance.pick(['[0]', "['k']", '.x', ':a.b[0]', '::STRING', ' IS NULL', ' IS NOT TRUE'])}`;
      case 9:
        return `${chance.pick(['transform', 'filter', 'exists', 'aggregate', 'zip_with', 'map_filter'])}(${this.#expression()}, ${chance.pick(['x ->', '(x, y) ->'])} ${this.#expression()})`;
      case 10:
        return `${chance.pick(this.#names.functions)}(${this.#expressions()}) OVER (PARTITION BY ${this.#expression()} ORDER BY ${this.#expression()} ${chance.pick(['', 'ROWS BETWEEN 1 PRECEDING AND CURRENT ROW', 'RANGE UNBOUNDED PRECEDING'])})`;
      case 11:
        return `${this.#expression()} IN (${this.#depth < 3 && chance.once(3) ? this.#query() : `${this.#expression()}, ${this.#expression()}`})`;
      case 12:
        return this.#depth < 3 ? `${chance.pick(['', 'EXISTS ', '1 + '])}(${this.#query()})` : this.#leaf();
      default:
        return this.#leaf();
    }
  }
}

const NOISE = ['\0', '\u{1f600}', "'", '"', '`', '(', ')', '[', ';', '--', '/*', '*/', '$$', '\\', '::', '|>', '->', '{{', '\u202e', '\ufeff', '@', ':', '?', 'SELECT', 'BEGIN', 'END', 'NULL', 'FROM', '1e999', '\n'];

/** A statement with something left out, doubled, exchanged or put in; sometimes nested deep or repeated often. */
export function mutate(chance: Chance, text: string, other: string): string {
  const parts = text.split(/(\s+|\b)/);
  const at = chance.below(parts.length + 1);
  switch (chance.below(9)) {
    case 0:
      return [...parts.slice(0, at), ...parts.slice(at + 1 + chance.below(3))].join('');
    case 1:
      return [...parts.slice(0, at), ...parts.slice(at, at + 4), ...parts.slice(at)].join('');
    case 2:
      return [...parts.slice(0, at), chance.pick(NOISE), ...parts.slice(at)].join('');
    case 3:
      return [...parts.slice(0, at), chance.pick(other.split(/(\s+|\b)/)), ...parts.slice(at + 1)].join('');
    case 4:
      return text.slice(0, chance.below(text.length + 1)) + other.slice(chance.below(other.length + 1));
    case 5:
      return text.slice(0, chance.below(text.length + 1));
    case 6:
      return [...parts.slice(0, at), '(', ...parts.slice(at, at + 3), ')', ...parts.slice(at + 3)].join('');
    case 7: {
      const times = chance.pick([10, 100, chance.once(50) ? 20_000 : 50]);
      return `SELECT ${chance.pick(['(', '-', 'NOT ', 'array(', 'abs(', '1 + ', 'CASE WHEN ', '[', 'x -> '])
        .repeat(times)}1`;
    }
    default:
      return `${text} ${chance.pick(NOISE)} ${other}`;
  }
}
