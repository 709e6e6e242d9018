import type { Change, ColumnAlteration, ColumnChange } from '../tree/alterations.ts';
import type { ColumnDefinition } from '../tree/definitions.ts';
import type { Expression } from '../tree/expressions.ts';
import type { Unlocated } from './targetParser.ts';
import { MaintenanceParser } from './maintenanceParser.ts';

type ChangeBody = Change extends infer Each ? (Each extends Change ? Omit<Each, 'start' | 'end'> : never) : never;

/** `ALTER …`. */
export abstract class AlterationParser extends MaintenanceParser {
  /** Behind `ALTER TABLE`. */
  protected alterTable(): Unlocated {
    const target = this.targetTable();
    return { kind: 'alterTable', target, change: this.#change() };
  }

  /** Behind `ALTER` and the words of another object. */
  protected alterObject(object: string): Unlocated {
    const name = this.objectName();
    return { kind: 'alterObject', object, name, change: this.#change() };
  }

  #change(): Change {
    const { start } = this.token;
    if (this.ended) this.fail();
    const partition = this.token.key === 'PARTITION' ? this.partitionValues() : [];
    if (partition.length > 0 && this.accept('RENAME')) {
      this.expect('TO');
      return { kind: 'renamePartition', from: partition, to: this.partitionValues(), ...this.since(start) };
    }
    if (partition.length > 0) {
      this.expect('SET', 'LOCATION');
      return { kind: 'setLocation', partition, location: this.stringLiteral(), ...this.since(start) };
    }
    const change = this.#changeBody();
    return { ...change, ...this.since(start) };
  }

  #changeBody(): ChangeBody {
    this.atAny(['ADD', 'DROP', 'ALTER', 'RENAME', 'REPLACE', 'SET', 'UNSET', 'CLUSTER']);
    switch (this.token.key) {
      case 'ADD':
        return this.#add();
      case 'DROP':
        return this.#drop();
      case 'ALTER':
      case 'CHANGE':
        return this.#alterColumns();
      case 'RENAME':
        return this.#rename();
      case 'REPLACE':
        this.expect('REPLACE', 'COLUMNS');
        return { kind: 'replaceColumns', columns: this.#columns() };
      case 'SET':
        return this.#set();
      case 'UNSET':
        return this.#unset();
      case 'CLUSTER':
        this.expect('CLUSTER', 'BY');
        return { kind: 'clusterBy', clusterBy: this.clustering() };
      case 'RECOVER':
        this.expect('RECOVER', 'PARTITIONS');
        return { kind: 'recoverPartitions' };
      case 'OWNER':
        this.expect('OWNER', 'TO');
        return { kind: 'setOwner', owner: this.name() };
      case 'DEFAULT':
        this.expect('DEFAULT', 'COLLATION');
        return { kind: 'setCollation', collation: this.name() };
      case 'AS':
        this.take();
        return { kind: 'setQuery', query: this.query() };
      default:
        return this.queryFollows(0) ? { kind: 'setQuery', query: this.query() } : this.#other();
    }
  }

  #other(): ChangeBody {
    return { kind: 'other', text: this.restOfStatement() };
  }

  #columns(): ColumnDefinition[] {
    return this.token.key === '(' ? this.parenthesisedList(() => this.tableColumn()) : this.list(() => this.tableColumn());
  }

  #add(): ChangeBody {
    const { key } = this.peek(1);
    if (key === 'SCHEDULE' || key === 'TRIGGER' || key === 'SCHEMA' || (key === 'TABLE' && this.peek(2).kind === 'word') || key === 'USER') return this.#other();
    this.take();
    if (key === 'PARTITION' || (key === 'IF' && this.peek(3).key === 'PARTITION')) return this.#addPartitions();
    if (key === 'CONSTRAINT' || key === 'PRIMARY' || key === 'FOREIGN' || (key === 'CHECK' && this.peek(1).key === '(')) return { kind: 'addConstraint', constraint: this.tableConstraint() };
    if (this.acceptAny('COLUMNS', 'COLUMN') === undefined) this.fail();
    const ifNotExists = this.ifNotExists();
    return { kind: 'addColumns', ifNotExists, columns: this.#columns() };
  }

  #addPartitions(): ChangeBody {
    const ifNotExists = this.ifNotExists();
    const partitions: { values: ReturnType<AlterationParser['partitionValues']>; location: string | undefined }[] = [];
    do {
      if (this.token.key !== 'PARTITION') this.expect('PARTITION');
      partitions.push({ values: this.partitionValues(), location: this.accept('LOCATION') ? this.stringLiteral() : undefined });
      this.accept(',');
    } while (!this.ended);
    return { kind: 'addPartitions', ifNotExists, partitions };
  }

  #drop(): ChangeBody {
    const { key } = this.peek(1);
    if (key === 'SCHEDULE' || key === 'TRIGGER' || key === 'USER') return this.#other();
    this.take();
    if (this.accept('ROW', 'FILTER')) return { kind: 'dropRowFilter' };
    if (this.accept('FEATURE')) {
      const feature = this.token.kind === 'string' ? this.stringLiteral() : this.name().text;
      return { kind: 'dropFeature', feature, truncateHistory: this.accept('TRUNCATE', 'HISTORY') };
    }
    if (key === 'CONSTRAINT' || key === 'PRIMARY' || key === 'FOREIGN') return this.#dropConstraint();
    if (key === 'PARTITION' || (key === 'IF' && this.peek(2).key === 'PARTITION')) return this.#dropPartitions();
    if (this.acceptAny('COLUMNS', 'COLUMN') === undefined) this.fail();
    const ifExists = this.ifExists();
    return { kind: 'dropColumns', ifExists, columns: this.token.key === '(' ? this.parenthesisedList(() => this.names()) : this.list(() => this.names()) };
  }

  #dropConstraint(): ChangeBody {
    const word = this.acceptAny('CONSTRAINT', 'PRIMARY', 'FOREIGN') ?? this.fail();
    if (word !== 'CONSTRAINT') this.expect('KEY');
    const ifExists = this.ifExists();
    const name = word === 'CONSTRAINT' ? this.name() : undefined;
    const columns = word === 'FOREIGN' ? this.namesInParentheses() : [];
    const cascade = this.acceptAny('CASCADE', 'RESTRICT') === 'CASCADE';
    return { kind: 'dropConstraint', constraint: word === 'CONSTRAINT' ? 'named' : word === 'PRIMARY' ? 'primaryKey' : 'foreignKey', ifExists, name, columns, cascade };
  }

  #dropPartitions(): ChangeBody {
    const ifExists = this.ifExists();
    const partitions = this.list((): readonly Expression[] => (this.expect('PARTITION'), this.parenthesisedList(() => this.expression())));
    return { kind: 'dropPartitions', ifExists, partitions, purge: this.accept('PURGE') };
  }

  #rename(): ChangeBody {
    this.take();
    if (this.accept('TO')) return { kind: 'rename', to: this.names() };
    this.expect('COLUMN');
    const column = this.names();
    this.expect('TO');
    return { kind: 'renameColumn', column, to: this.name() };
  }

  #set(): ChangeBody {
    this.take();
    if (this.accept('TBLPROPERTIES') || this.accept('DBPROPERTIES') || this.accept('PROPERTIES')) return { kind: 'setProperties', properties: this.properties() };
    if (this.accept('TAGS')) return { kind: 'setTags', properties: this.properties() };
    if (this.token.key === 'OPTIONS' && this.accept('OPTIONS')) return { kind: 'setOptions', properties: this.properties() };
    if (this.accept('LOCATION') || this.accept('MANAGED', 'LOCATION')) return { kind: 'setLocation', partition: [], location: this.stringLiteral() };
    if (this.accept('ROW', 'FILTER')) return { kind: 'setRowFilter', filter: this.rowFilter() };
    if (this.accept('OWNER')) return (this.expect('TO'), { kind: 'setOwner', owner: this.name() });
    return this.#other();
  }

  #unset(): ChangeBody {
    this.take();
    const kind = this.accept('TAGS') ? 'unsetTags' : this.acceptAny('TBLPROPERTIES', 'DBPROPERTIES', 'PROPERTIES') === undefined ? this.fail() : 'unsetProperties';
    const ifExists = this.ifExists();
    return { kind, ifExists, keys: this.propertyKeys() };
  }

  #alterColumns(): ChangeBody {
    this.take();
    this.accept('COLUMN');
    return { kind: 'alterColumns', columns: this.list(() => this.#alteration()) };
  }

  #alteration(): ColumnAlteration {
    const { start } = this.token;
    const column = this.names();
    // Hive's form names the column a second time: `CHANGE COLUMN a a BIGINT`.
    const again = this.atName() && this.token.text.toLowerCase() === column.at(-1)!.text.toLowerCase() && this.peek(1).kind === 'word';
    if (again) this.take();
    const changes: ColumnChange[] = [];
    do changes.push(this.#columnChange());
    while (!this.ended && this.token.key !== ',');
    return { column, changes, ...this.since(start) };
  }

  #columnChange(): ColumnChange {
    this.atAny(['TYPE', 'SET', 'DROP', 'COMMENT', 'FIRST', 'AFTER']);
    if (this.accept('COMMENT')) return { kind: 'comment', comment: this.stringLiteral() };
    if (this.accept('SYNC')) return (this.expect('IDENTITY'), { kind: 'syncIdentity' });
    if (this.accept('SET')) return this.#setColumn();
    if (this.accept('UNSET')) return (this.expect('TAGS'), { kind: 'unsetTags', keys: this.propertyKeys() });
    if (this.accept('DROP')) return this.#dropFromColumn();
    const position = this.columnPosition();
    if (position !== undefined) return { kind: 'position', position };
    this.accept('TYPE');
    const { start } = this.token;
    return { kind: 'type', type: this.dataType(), typeText: this.textSince(start) };
  }

  #setColumn(): ColumnChange {
    if (this.accept('NOT')) return (this.expect('NULL'), { kind: 'nullable', nullable: false });
    if (this.accept('DEFAULT')) return { kind: 'default', value: this.expression() };
    if (this.accept('MASK')) return { kind: 'mask', mask: this.columnMask() };
    this.expect('TAGS');
    return { kind: 'setTags', properties: this.properties() };
  }

  #dropFromColumn(): ColumnChange {
    if (this.accept('NOT')) return (this.expect('NULL'), { kind: 'nullable', nullable: true });
    if (this.accept('DEFAULT')) return { kind: 'default', value: undefined };
    this.expect('MASK');
    return { kind: 'mask', mask: undefined };
  }
}
