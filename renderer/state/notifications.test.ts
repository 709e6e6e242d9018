import { expect, it } from 'vitest';
import { LakebookError } from '../../kernel/base/errors.ts';
import { createNotificationsStore } from './notifications.ts';

function notified(...errors: readonly unknown[]) {
  const store = createNotificationsStore();
  for (const error of errors) store.getState().notifyError(error);
  return store.getState().notifications.map(({ kind, code, message }) => ({ kind, code, message }));
}

it('an error shows its code and text', () => {
  expect(notified(new LakebookError('STORAGE_NOT_FOUND', { path: 'a' }))).toEqual([{ kind: 'error', code: 'STORAGE_NOT_FOUND', message: 'There is no file or folder a.' }]);
});
it('what the user cancelled is not news', () => expect(notified(new LakebookError('OPERATION_CANCELED', {}))).toEqual([]));
it('the same text twice shows once', () => expect(notified(new TypeError('x'), new TypeError('y'), new TypeError('x')).map(({ message }) => message)).toEqual(['x', 'y']));
it('the oldest give way', () => expect(notified(...['1', '2', '3', '4', '5'].map((text) => new TypeError(text))).map(({ message }) => message)).toEqual(['5', '4', '3', '2']));
