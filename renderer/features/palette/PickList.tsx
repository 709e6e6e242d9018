import { useMemo, useState } from 'react';
import type { PickRequest } from '../../state/dialogs.ts';
import { fuzzyFilter } from './fuzzy.ts';
import { QuickInput } from './QuickInput.tsx';

export interface PickListProps {
  readonly request: PickRequest;
  readonly onAnswer: (value: unknown) => void;
}

/** A question whose answer is one of a list. */
export function PickList({ request, onAnswer }: PickListProps) {
  const [text, setText] = useState('');
  const lines = useMemo(() => {
    const numbered = request.items.map((item, index) => ({ ...item, id: String(index) }));
    return fuzzyFilter(text, numbered, (item) => item.label).map(({ item, match }) => ({ id: item.id, label: item.label, description: item.description, icon: item.icon, ranges: match.ranges }));
  }, [request, text]);
  return (
    <QuickInput
      title={request.title}
      placeholder={request.placeholder}
      text={text}
      onTextChange={setText}
      lines={lines}
      emptyText="Nothing fits."
      onChoose={(id) => onAnswer(request.items[Number(id)]?.value)}
      onClose={() => onAnswer(undefined)}
    />
  );
}
