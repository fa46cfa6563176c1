import * as React from 'react';

import { PlanSession } from './session';

/**
 * Render again whenever the session changes; every second as well while `ticking`.
 */
export function useSession(session: PlanSession, ticking = false): void {
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    session.changed.connect(render);
    // It may have changed between the first rendering and this.
    render();
    return () => {
      session.changed.disconnect(render);
    };
  }, [session]);
  React.useEffect(() => {
    if (!ticking) {
      return;
    }
    const timer = window.setInterval(render, 1000);
    return () => window.clearInterval(timer);
  }, [ticking]);
}
