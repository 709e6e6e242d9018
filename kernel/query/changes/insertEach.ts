import type { StatementOf } from '../../sql/tree/statements.ts';
import { prepareEffect } from '../preparedStatement.ts';
import type { PreparedStatement, TableWrite } from '../queryEngine.ts';
import type { StatementContext } from '../selectStatement.ts';
import { planInsert } from './insertStatement.ts';
import { prepareChange } from './prepareChange.ts';

/**
 * `FROM s INSERT … INSERT …`: one commit after the other. All of them are understood before the first one writes; where
 * one fails, those before it stay, as in Spark.
 * @param fresh a context for each
 */
export async function prepareInsertEach({ kind, inserts }: StatementOf<'insertEach'>, context: StatementContext, fresh: () => StatementContext): Promise<PreparedStatement> {
  const prepared: PreparedStatement[] = [];
  const dispose = async (): Promise<void> => {
    for (const each of prepared) await each.dispose();
    await context.pinned.dispose();
  };
  try {
    for (const insert of inserts) prepared.push(await prepareChange('insert', 'inserted', (attempt) => planInsert({ ...insert, kind: 'insert' }, attempt), fresh(), fresh));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ...prepareEffect(kind, prepared.flatMap(({ notices }) => notices)),
    columns: prepared[0]?.columns ?? [],
    tables: prepared.flatMap(({ tables }) => tables),
    files: prepared.flatMap(({ files }) => files),
    dispose,
    effect: async (signal) => {
      const [answers, written]: [string[], TableWrite[]] = [[], []];
      for (const each of prepared) {
        const done = await each.effect?.(signal).catch((error: unknown) => {
          throw each.mapError(error);
        });
        if (done === undefined) continue;
        answers.push(`(${done.sql})`);
        written.push(...done.written);
      }
      return { sql: answers.join(' UNION ALL '), written };
    },
  };
}
