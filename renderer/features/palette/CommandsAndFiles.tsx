import { useMemo, useState } from 'react';
import { useServices } from '../../state/services.ts';
import { fuzzyFilter } from './fuzzy.ts';
import { QuickInput, type QuickLine } from './QuickInput.tsx';
import { buildFileLines } from './fileLines.ts';
import { useFoundFiles } from './useFoundFiles.ts';

export interface CommandsAndFilesProps {
  /** What stands in the field at first; `>` asks for commands. */
  readonly text: string;
  readonly onClose: () => void;
}

/** The palette: commands behind `>`, else the workspace's files. */
export function CommandsAndFiles({ text: initialText, onClose }: CommandsAndFilesProps) {
  const services = useServices();
  const [text, setText] = useState(initialText);
  const wantsCommands = text.startsWith('>');
  const files = useFoundFiles(wantsCommands ? undefined : text);
  const commands = useEnabledCommands();
  const lines = useMemo(() => (wantsCommands ? filterCommands(text.slice(1), commands) : buildFileLines(text, files.paths, files.open)), [wantsCommands, text, commands, files]);

  const choose = (id: string): void => {
    onClose();
    if (wantsCommands) services.commands.run(id);
    else services.openPath(id);
  };
  return (
    <QuickInput
      title={wantsCommands ? 'Commands' : 'Go to file'}
      placeholder="Type > for commands, or the name of a file"
      text={text}
      onTextChange={setText}
      lines={lines}
      emptyText={wantsCommands ? 'No command fits.' : files.searching ? 'Searching…' : 'No file fits.'}
      onChoose={choose}
      onClose={onClose}
    />
  );
}

/** Commands that work here and now, by the title that people read. */
function useEnabledCommands(): readonly QuickLine[] {
  const { commands } = useServices();
  // What is enabled was decided by where the focus was when the palette opened.
  const [enabled] = useState(() =>
    commands.all
      .filter((command) => command.hidden !== true && commands.isEnabled(command.id))
      .map((command): QuickLine => ({ id: command.id, label: `${command.category}: ${command.title}`, keys: commands.keysText(command.id), ranges: [] }))
      .sort((one, other) => one.label.localeCompare(other.label)),
  );
  return enabled;
}

function filterCommands(query: string, commands: readonly QuickLine[]): readonly QuickLine[] {
  return fuzzyFilter(query, commands, (command) => command.label).map(({ item, match }) => ({ ...item, ranges: match.ranges }));
}
