import { useMemo, useState } from 'react';
import type { PaletteMode } from '../../state/dialogs.ts';
import { useServices } from '../../state/services.ts';
import { nextRecentCommands } from '../../state/settings.ts';
import { fuzzyFilter } from './fuzzy.ts';
import { QuickInput, type QuickLine } from './QuickInput.tsx';
import { buildFileLines } from './fileLines.ts';
import { useFoundFiles } from './useFoundFiles.ts';

export interface CommandsAndFilesProps {
  readonly mode: PaletteMode;
  readonly onClose: () => void;
}

/** The palette: commands, or the workspace's files, where `>` asks for commands too. */
export function CommandsAndFiles({ mode, onClose }: CommandsAndFilesProps) {
  const services = useServices();
  const [text, setText] = useState('');
  const wantsCommands = mode === 'commands' || text.startsWith('>');
  const files = useFoundFiles(wantsCommands ? undefined : text);
  const commands = useEnabledCommands();
  const lines = useMemo(() => (wantsCommands ? filterCommands(text.replace(/^>/, ''), commands) : buildFileLines(text, files.paths, files.open)), [wantsCommands, text, commands, files]);

  const choose = (id: string): void => {
    onClose();
    afterFocusReturned(() => {
      if (wantsCommands) {
        services.settings.setState(({ recentCommands }) => ({ recentCommands: nextRecentCommands(recentCommands, id) }));
        return services.commands.run(id);
      }
      services.openPath(id);
      services.focusEditor();
    });
  };
  return (
    <QuickInput
      title={wantsCommands ? 'Commands' : 'Go to file'}
      placeholder={mode === 'commands' ? 'Name of a command' : 'Name of a file, or > for commands'}
      text={text}
      onTextChange={setText}
      lines={lines}
      emptyText={wantsCommands ? 'No command fits.' : files.searching ? 'Searching…' : 'No file fits.'}
      onChoose={choose}
      onClose={onClose}
    />
  );
}

/** The dialog gives the focus back in the next frame; what a command does with the focus has to come after. */
function afterFocusReturned(action: () => void): void {
  requestAnimationFrame(() => setTimeout(action));
}

/** Commands that work here and now: the last used ones first, the others by the title that people read. */
function useEnabledCommands(): readonly QuickLine[] {
  const { commands, settings } = useServices();
  // What is enabled was decided by where the focus was when the palette opened.
  const [enabled] = useState(() =>
    commands.all
      .filter((command) => command.hidden !== true && commands.isEnabled(command.id))
      .map((command): QuickLine => ({ id: command.id, label: `${command.category}: ${command.title}`, keys: commands.keysText(command.id), ranges: [] }))
      .sort((one, other) => one.label.localeCompare(other.label))
      .sort(byRecency(settings.getState().recentCommands)),
  );
  return enabled;
}

/** Keeps the order of what was never used. */
function byRecency(recent: readonly string[]): (one: QuickLine, other: QuickLine) => number {
  const rank = ({ id }: QuickLine): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  return (one, other) => rank(one) - rank(other);
}

function filterCommands(query: string, commands: readonly QuickLine[]): readonly QuickLine[] {
  return fuzzyFilter(query, commands, (command) => command.label).map(({ item, match }) => ({ ...item, ranges: match.ranges }));
}
