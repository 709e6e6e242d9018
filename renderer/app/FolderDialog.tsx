import { useEffect, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { reportAnyError } from '../../kernel/rpc/peer.ts';
import type { HostContract } from '../../kernel/rpc/hostContract.ts';
import type { ResultOf } from '../../kernel/rpc/topic.ts';
import { useClient, useServices } from '../state/services.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './FolderDialog.module.css';

export interface FolderDialogProps {
  readonly title: string;
  readonly onAnswer: (path: string | undefined) => void;
}

type Listing = ResultOf<HostContract, 'workbench.browseFolders'>;

/** A folder picker for the browser, over the folders of the host's machine. */
export function FolderDialog({ title, onAnswer }: FolderDialogProps) {
  const workspace = useServices().session.getState().hello?.workspace.path;
  const [asked, setAsked] = useState(() => parentFolder(workspace ?? ''));
  /** What stands in the field while it is edited; else it shows where we are. */
  const [typed, setTyped] = useState<string>();
  const { listing, error } = useListing(asked);

  const go = (path: string): void => {
    setTyped(undefined);
    setAsked(path);
  };
  const submit = (): void => {
    if (typed === undefined || typed === listing?.path) onAnswer(listing?.path);
    else setAsked(typed);
  };
  return (
    <Dialog
      title={title}
      size="medium"
      onClose={() => onAnswer(undefined)}
      footer={
        <>
          <Button onPress={() => onAnswer(undefined)}>Cancel</Button>
          <Button variant="primary" isDisabled={listing === undefined} onPress={() => onAnswer(listing?.path)}>
            Open This Folder
          </Button>
        </>
      }
    >
      <form
        className={styles['path']}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <IconButton icon="arrow-up" label="Parent Folder" isDisabled={listing?.parent == null} onPress={() => go(listing?.parent ?? '')} />
        <div className={styles['field']}>
          <TextField label="Folder path" labelHidden value={typed ?? listing?.path ?? ''} onChange={setTyped} error={error} autoFocus />
        </div>
      </form>
      <ListBox
        aria-label="Folders"
        className={styles['list'] ?? ''}
        items={(listing?.folders ?? []).map((name) => ({ id: name }))}
        onAction={(name) => go(joinFolder(listing?.path ?? '', String(name)))}
        renderEmptyState={() => <p className={styles['empty']}>{listing === undefined ? '' : 'No folders inside.'}</p>}
      >
        {({ id }) => (
          <ListBoxItem id={id} textValue={id} className={styles['item'] ?? ''}>
            <Icon name="folder" /> {id}
          </ListBoxItem>
        )}
      </ListBox>
    </Dialog>
  );
}

/** The folder's content; while another loads, and where it fails, the last one stays. */
function useListing(path: string): { readonly listing: Listing | undefined; readonly error: string | undefined } {
  const client = useClient();
  const [listing, setListing] = useState<Listing>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    client.request('workbench.browseFolders', { path }, controller.signal).then(
      (found) => {
        setListing(found);
        setError(undefined);
      },
      (failure: unknown) => {
        if (!controller.signal.aborted) setError(reportAnyError(failure).message);
      },
    );
    return () => controller.abort();
  }, [client, path]);
  return { listing, error };
}

/** The folder around an absolute path; '' (the home folder) where there is none. */
function parentFolder(path: string): string {
  return /^(.+)[/\\][^/\\]+[/\\]?$/.exec(path)?.[1] ?? '';
}

/** The host's separator is the one its own path shows. */
function joinFolder(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}
