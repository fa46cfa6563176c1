import { Contents } from '@jupyterlab/services';
import * as React from 'react';

import { fromBase64 } from './base64';

/** The paths of files that are dragged out of JupyterLab's file browser. */
const PATHS = 'application/x-jupyter-icontents';

/**
 * What is used of a drag event of Lumino, which JupyterLab drags with and a browser knows nothing of.
 */
interface ILabDragEvent extends Event {
  readonly mimeData: {
    hasData(mime: string): boolean;
    getData(mime: string): unknown;
  };
  readonly proposedAction: string;
  dropAction: string;
}

/**
 * Take files that are dropped out of JupyterLab's file browser; what Jupyter does not hand out is
 * told to `onFailure` in its words.
 */
export function useLabDrop(
  contents: Contents.IManager,
  onFile: (file: File) => void,
  onFailure: (why: string) => void
): React.RefObject<HTMLDivElement> {
  const onto = React.useRef<HTMLDivElement>(null);
  const latest = React.useRef({ onFile, onFailure });
  latest.current = { onFile, onFailure };
  React.useEffect(() => {
    const node = onto.current;
    if (!node) {
      return;
    }
    const accept = (raw: Event) => {
      const event = raw as ILabDragEvent;
      if (event.mimeData.hasData(PATHS)) {
        event.preventDefault();
        event.stopPropagation();
        event.dropAction = event.proposedAction;
        return true;
      }
      return false;
    };
    const drop = (raw: Event) => {
      if (accept(raw)) {
        const [path] = (raw as ILabDragEvent).mimeData.getData(
          PATHS
        ) as string[];
        read(contents, path).then(
          file => latest.current.onFile(file),
          (error: unknown) => latest.current.onFailure(String(error))
        );
      }
    };
    node.addEventListener('lm-dragenter', accept);
    node.addEventListener('lm-dragover', accept);
    node.addEventListener('lm-drop', drop);
    return () => {
      node.removeEventListener('lm-dragenter', accept);
      node.removeEventListener('lm-dragover', accept);
      node.removeEventListener('lm-drop', drop);
    };
  }, [contents]);
  return onto;
}

async function read(contents: Contents.IManager, path: string): Promise<File> {
  const { name, mimetype, content } = await contents.get(path, {
    type: 'file',
    format: 'base64',
    content: true
  });
  return new File([fromBase64(content as string)], name, {
    type: mimetype ?? ''
  });
}
