/** Spark's `spark.redaction.regex` by default: what is named so is not for everyone who sees a setting or a receipt. */
const SECRET_NAME = /secret|password|token|access[.]?key/i;
/** What Spark writes in place of it. */
export const REDACTED = '*********(redacted)';

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
