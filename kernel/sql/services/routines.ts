import type { FunctionDocumentation } from '../functions/documentation.ts';
import type { TemporaryRoutine } from '../temporaries.ts';
import { sqlName } from '../types/dataType.ts';

/** How a SQL function of the session is called, and what its maker says of it. */
export function documentRoutine({ name, parameters, body, comment }: TemporaryRoutine): FunctionDocumentation {
  const texts = parameters.map((parameter) => `${parameter.name.text} ${sqlName(parameter.type)}`);
  const required = texts.filter((_, index) => parameters[index]!.default === undefined);
  const optional = texts.slice(required.length).map((text, index) => `[${index === 0 && required.length === 0 ? '' : ', '}${text}`);
  const returns = body.kind === 'scalar' ? sqlName(body.type) : `TABLE (${body.columns.map((column) => `${column.name} ${sqlName(column.type)}`).join(', ')})`;
  const summary = `SQL function of this session, which returns ${returns}.${comment === undefined ? '' : ` ${comment}`}`;
  return { name: name.toLowerCase(), signatures: [`${name}(${required.join(', ')}${optional.join('')}${']'.repeat(optional.length)})`], summary };
}
