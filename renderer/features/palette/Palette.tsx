import { useStore } from 'zustand';
import { useServices } from '../../state/services.ts';
import { CommandsAndFiles } from './CommandsAndFiles.tsx';
import { PickList } from './PickList.tsx';

/** Shows the palette, or a list to pick from, when one is asked for. */
export function Palette() {
  const dialog = useStore(useServices().dialogs, (state) => state.dialog);
  if (dialog?.kind === 'palette') return <CommandsAndFiles key={dialog.mode} mode={dialog.mode} onClose={dialog.answer} />;
  if (dialog?.kind === 'pick') return <PickList request={dialog.request} onAnswer={dialog.answer} />;
  return null;
}
