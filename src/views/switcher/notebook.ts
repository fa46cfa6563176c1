import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

/**
 * How many notebooks were saved, and in how many seconds.
 */
export interface ISaved {
  readonly count: number;
  readonly seconds: number;
}

/**
 * The notebook whose kernel is to move, as far as the dialog needs it.
 */
export interface INotebook {
  readonly path: string;
  /** The id of its Jupyter session; null while it has no kernel. */
  readonly session: string | null;
  /** Save every notebook that is open and changed; rejects with the reason when one cannot be. */
  saveAll(): Promise<ISaved>;
}

/**
 * A notebook panel as {@link INotebook}.
 */
export function notebookOf(
  panel: NotebookPanel,
  tracker: INotebookTracker,
  unsaved: (path: string) => string
): INotebook {
  return {
    get path() {
      return panel.context.path;
    },
    get session() {
      return panel.sessionContext.session?.id ?? null;
    },
    saveAll: () => saveAll(tracker, unsaved)
  };
}

async function saveAll(
  tracker: INotebookTracker,
  unsaved: (path: string) => string
): Promise<ISaved> {
  const began = performance.now();
  const contexts = new Set<NotebookPanel['context']>();
  tracker.forEach(({ context }) => {
    if (context.model.dirty && !context.model.readOnly) {
      contexts.add(context);
    }
  });
  await Promise.all(
    [...contexts].map(async context => {
      let failed = false;
      const note = (_: unknown, state: string) => {
        failed ||= state === 'failed';
      };
      // JupyterLab shows why in a dialog of its own, and resolves.
      context.saveState.connect(note);
      try {
        await context.save();
      } finally {
        context.saveState.disconnect(note);
      }
      if (failed) {
        throw new Error(unsaved(context.path));
      }
    })
  );
  return {
    count: contexts.size,
    seconds: (performance.now() - began) / 1000
  };
}
