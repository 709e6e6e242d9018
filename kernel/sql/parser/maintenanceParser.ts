import type { TimeTravel } from '../tree/queries.ts';
import type { StatementOf } from '../tree/statements.ts';
import { type Unlocated } from './targetParser.ts';
import { TableDefinitionParser } from './tableDefinitionParser.ts';

/** Statements about a table's files, log and statistics. */
export abstract class MaintenanceParser extends TableDefinitionParser {
  /** Undefined, nothing taken, where another statement stands here. */
  maintenanceStatement(): Unlocated | undefined {
    switch (this.token.key) {
      case 'OPTIMIZE':
        return this.#optimize();
      case 'VACUUM':
        return this.#vacuum();
      case 'RESTORE':
        return this.#restore();
      case 'CONVERT':
        return this.#convert();
      case 'GENERATE': {
        this.take();
        const mode = this.name().text;
        this.expect('FOR', 'TABLE');
        return { kind: 'generate', mode, target: this.targetTable() };
      }
      case 'REORG':
        return this.#reorg();
      case 'ANALYZE':
        return this.#analyze();
      case 'FSCK':
      case 'MSCK':
      case 'REPAIR':
        return this.#repair();
      default:
        return undefined;
    }
  }

  #optimize(): Unlocated {
    this.take();
    const target = this.deltaTable();
    const full = this.accept('FULL');
    const where = this.whereCondition();
    if (!this.accept('ZORDER')) return { kind: 'optimize', target, full, where, zOrderBy: [] };
    this.expect('BY');
    const zOrderBy = this.token.key === '(' ? this.parenthesisedList(() => this.names()) : this.list(() => this.names());
    return { kind: 'optimize', target, full, where, zOrderBy };
  }

  #vacuum(): Unlocated {
    this.take();
    const target = this.deltaTable();
    let options: Pick<StatementOf<'vacuum'>, 'mode' | 'inventory' | 'retainHours' | 'dryRun'> = { mode: undefined, inventory: undefined, retainHours: undefined, dryRun: false };
    while (!this.ended) {
      const mode = this.acceptAny('LITE', 'FULL');
      if (mode !== undefined) options = { ...options, mode };
      else if (this.accept('USING')) options = { ...options, inventory: this.#inventory() };
      else if (this.accept('RETAIN')) options = { ...options, retainHours: this.#hours() };
      else if (this.accept('DRY')) options = { ...options, dryRun: this.expect('RUN') !== undefined };
      else this.fail();
    }
    return { kind: 'vacuum', target, ...options };
  }

  #inventory(): StatementOf<'vacuum'>['inventory'] {
    this.expect('INVENTORY');
    return this.token.key === '(' ? this.parenthesised(() => this.query()) : this.names();
  }

  #hours(): string {
    if (this.token.kind !== 'number') {
      this.at('number');
      this.fail();
    }
    const { text } = this.take();
    this.expect('HOURS');
    return text;
  }

  #restore(): Unlocated {
    this.take();
    if (this.token.key === 'TABLE' && this.peek(1).kind !== 'end') this.take();
    const { parts, identifier, start, end } = this.objectName();
    this.accept('TO');
    const to: TimeTravel = this.timeTravel() ?? this.#noVersion();
    return { kind: 'restore', target: { kind: 'table', name: parts, identifier, timeTravel: undefined, stream: false, alias: undefined, sample: undefined, start, end }, to };
  }

  #noVersion(): never {
    if (this.acceptAny('VERSION', 'TIMESTAMP') !== undefined) this.expect('AS', 'OF');
    return this.fail();
  }

  #convert(): Unlocated {
    this.expect('CONVERT', 'TO', 'DELTA');
    const source = this.targetTable();
    let statistics = true;
    let partitionedBy: StatementOf<'convertToDelta'>['partitionedBy'] = [];
    while (!this.ended) {
      if (this.accept('NO', 'STATISTICS')) statistics = false;
      else if (!this.accept('COLLECT', 'STATISTICS')) partitionedBy = (this.expect('PARTITIONED', 'BY'), this.partitionFields());
    }
    return { kind: 'convertToDelta', source, statistics, partitionedBy };
  }

  #reorg(): Unlocated {
    this.expect('REORG', 'TABLE');
    const target = this.targetTable();
    const where = this.whereCondition();
    this.expect('APPLY', '(');
    if (this.accept('PURGE', ')')) return { kind: 'reorg', target, where, action: 'PURGE', options: {} };
    this.expect('UPGRADE', 'UNIFORM');
    const options = this.properties();
    this.expect(')');
    return { kind: 'reorg', target, where, action: 'UPGRADE UNIFORM', options };
  }

  #analyze(): Unlocated {
    this.take();
    if (this.accept('TABLES')) {
      const schema = this.accept('IN') || this.accept('FROM') ? this.names() : undefined;
      this.expect('COMPUTE', 'STATISTICS');
      return { kind: 'analyzeTables', schema, scan: !this.accept('NOSCAN') };
    }
    this.expect('TABLE');
    const target = this.targetTable();
    const partition = this.partitionValues();
    this.expect('COMPUTE');
    const delta = this.accept('DELTA');
    this.expect('STATISTICS');
    const columns = this.accept('FOR', 'ALL', 'COLUMNS') ? 'ALL' : this.accept('FOR', 'COLUMNS') ? (this.token.key === '(' ? this.namesInParentheses() : this.list(() => this.name())) : undefined;
    return { kind: 'analyzeTable', target, partition, delta, columns, scan: !this.accept('NOSCAN') };
  }

  #repair(): Unlocated {
    const check = this.acceptAny('FSCK', 'MSCK');
    this.expect('REPAIR', 'TABLE');
    const target = this.targetTable();
    const dryRun = this.accept('DRY', 'RUN');
    const partitions = this.acceptAny('ADD', 'DROP', 'SYNC');
    if (partitions !== undefined) this.expect('PARTITIONS');
    return { kind: 'repairTable', check, target, dryRun, partitions };
  }
}
