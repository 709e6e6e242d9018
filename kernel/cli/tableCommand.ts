import { resolve } from 'node:path';
import type { TableQuestion } from '../query/queryEngine.ts';
import type { FeaturesCommand, TableCommand } from './arguments.ts';
import { parseColumnNames } from './columnNames.ts';
import { openLocalKernel } from './localKernel.ts';
import { runPrepared } from './statementRun.ts';

/** Answers a question about one table. */
export async function runTable(command: TableCommand, signal: AbortSignal): Promise<void> {
  const path = command.path.startsWith('file:') ? command.path : resolve(command.path);
  const kernel = await openLocalKernel(process.cwd());
  try {
    const prepared = await kernel.query.prepareTable(buildQuestion(command, path), kernel.query.createSession(), signal);
    await runPrepared(kernel, prepared, command.output, signal);
  } finally {
    await kernel.dispose();
  }
}

/** Prints what is supported. */
export async function runFeatures({ functions, output }: FeaturesCommand, signal: AbortSignal): Promise<void> {
  const kernel = await openLocalKernel(process.cwd());
  try {
    await runPrepared(kernel, kernel.query.prepareFeatures(functions ? 'functions' : 'tables'), output, signal);
  } finally {
    await kernel.dispose();
  }
}

function buildQuestion({ version, timestamp, question }: TableCommand, path: string): TableQuestion {
  const at = { path, ...(version === undefined ? {} : { version }), ...(timestamp === undefined ? {} : { timestamp }) };
  switch (question.kind) {
    case 'rows': {
      const { columns, where } = question;
      return { ...at, kind: 'rows', ...(columns === undefined ? {} : { columns: parseColumnNames(columns) }), ...(where === undefined ? {} : { where }) };
    }
    case 'changes':
      return { ...at, kind: 'changes', from: question.from, ...(question.to === undefined ? {} : { to: question.to }) };
    case 'history':
    case 'schema':
    case 'files':
    case 'detail':
      return { ...at, kind: question.kind };
  }
}
