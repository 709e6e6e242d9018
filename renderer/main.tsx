import './ui/theme.css';
import './ui/base.css';
import './app/dock.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { applyTheme } from './app/themeSwitch.ts';
import { createHostClient } from './client/client.ts';
import { createSocketDoor } from './client/hostDoor.ts';
import { takeSessionToken } from './client/sessionToken.ts';

applyTheme(window, 'system');
const token = takeSessionToken(window);
const client = createHostClient(createSocketDoor(new URL(window.location.href), token));
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  );
}
