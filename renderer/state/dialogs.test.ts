import { expect, it } from 'vitest';
import { cancelOpen, createDialogsStore } from './dialogs.ts';

it('an answer settles the question and clears the screen', async () => {
  const store = createDialogsStore();
  const asked = store.getState().confirm({ title: 't', message: 'm', confirmLabel: 'ok' });
  const { dialog } = store.getState();
  if (dialog?.kind === 'confirm') dialog.answer(true);
  expect([await asked, store.getState().dialog]).toEqual([true, undefined]);
});
it('a newer question backs the older out', async () => {
  const store = createDialogsStore();
  const older = store.getState().prompt({ title: 't', label: 'l', value: '', confirmLabel: 'ok' });
  void store.getState().showAbout();
  expect([await older, store.getState().dialog?.kind]).toEqual([undefined, 'about']);
});
it('backing out of a confirmation is no', async () => {
  const store = createDialogsStore();
  const asked = store.getState().confirm({ title: 't', message: 'm', confirmLabel: 'ok' });
  cancelOpen(store.getState().dialog);
  expect(await asked).toBe(false);
});
