import type { ErrorClass } from './errorClass.ts';
import { APP_ERRORS } from './errorsApp.ts';
import { DELTA_ERRORS } from './errorsDelta.ts';
import { QUERY_ERRORS } from './errorsQuery.ts';
import { SPARK_ERRORS } from './errorsSpark.ts';

/** The one error table. Each class has a test that provokes it (`build/checks`). Add to the topic's file. */
export const ERROR_CLASSES = { ...APP_ERRORS, ...DELTA_ERRORS, ...SPARK_ERRORS, ...QUERY_ERRORS } as const satisfies Record<string, ErrorClass>;
